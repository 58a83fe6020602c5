# Completion of som for bash. Made by scripts/generate-command-line-files.

_som() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  # The shell cuts `--profile=FILE` at the sign.
  if [[ $word == = ]]; then
    word='' before+==
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD-2]}=
  fi
  case $before in
    -cp|-c|--class-path) COMPREPLY=($(compgen -d -- "${word##*:}")); return ;;
    -e|--evaluate) COMPREPLY=(); return ;;
    -p|--print) COMPREPLY=(); return ;;
    --disassemble=) COMPREPLY=($(compgen -W 'static live' -- "$word")); return ;;
    --hints) COMPREPLY=($(compgen -W 'on off auto' -- "$word")); return ;;
    --timeout) COMPREPLY=(); return ;;
    --max-steps) COMPREPLY=(); return ;;
    --dispatch) COMPREPLY=($(compgen -W 'switch goto tail' -- "$word")); return ;;
    --inline-cache) COMPREPLY=($(compgen -W 'none global mono poly' -- "$word")); return ;;
    --loops) COMPREPLY=($(compgen -W 'library primitive rewritten inlined' -- "$word")); return ;;
    --doubles) COMPREPLY=($(compgen -W 'immediate boxed' -- "$word")); return ;;
    --quicken) COMPREPLY=($(compgen -W 'on off' -- "$word")); return ;;
    --superinstructions) COMPREPLY=($(compgen -W 'on off' -- "$word")); return ;;
    --inline-control) COMPREPLY=($(compgen -W 'on off' -- "$word")); return ;;
    --jit) COMPREPLY=($(compgen -W 'on off' -- "$word")); return ;;
    -H|--heap) COMPREPLY=(); return ;;
    --nursery) COMPREPLY=(); return ;;
    --stack) COMPREPLY=(); return ;;
    --gc-stress=) COMPREPLY=(); return ;;
    --gc-stats=) COMPREPLY=($(compgen -W 'json' -- "$word")); return ;;
    --gc-stats-file) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --jit-threshold) COMPREPLY=(); return ;;
    --jit-stress-exits) COMPREPLY=(); return ;;
    --jit-dump) COMPREPLY=($(compgen -W 'graph registers code' -- "$word")); return ;;
    --jit-page) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --jit-passes) COMPREPLY=(); return ;;
    --stats=) COMPREPLY=($(compgen -W 'json' -- "$word")); return ;;
    --stats-file) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --profile=) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --profile-allocations=) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --dap=) COMPREPLY=(); return ;;
    --trace=) COMPREPLY=(); return ;;
    --trace-sends=) COMPREPLY=(); return ;;
    -o|--explain-page) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --explain-steps) COMPREPLY=(); return ;;
    --explain-from) COMPREPLY=(); return ;;
  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W '-h --help --version -cp -c --class-path -e --evaluate -p --print -i --interactive --strict-shell -d --disassemble --hints --full-trace --lsp -W --warnings --sandbox --strict --timeout --max-steps --dispatch --inline-cache --loops --doubles --quicken --superinstructions --inline-control --jit -H --heap --nursery --stack --gc-stress --gc-verify --gc-log --gc-stats --gc-stats-file --gc-age --no-gc-age --jit-threshold --jit-stress-exits --jit-stress-inline --jit-log --jit-verify --no-jit-verify --jit-dump --jit-page --jit-passes --perf-map --stats --stats-file --profile --profile-allocations --debug --dap --trace --trace-sends --explain -o --explain-page --explain-steps --explain-from' -- "$word"))
  else
    COMPREPLY=($(compgen -f -X '!*.som' -- "$word") $(compgen -d -S / -- "$word"))
  fi
}
complete -o filenames -o bashdefault -F _som som
