" The files of docs/editors/vim in Vim without any settings. Writes to $SOM_REPORT; its last line counts.
let s:root = $SOM_ROOT
let s:passed = 0
let s:report = []
execute 'set runtimepath=' . fnameescape(s:root . '/docs/editors/vim') . ',$VIMRUNTIME'
filetype plugin on
syntax on

" Checks that the text at its first mention in the buffer is of a syntax group.
function! s:Expect(text, group) abort
  call cursor(1, 1)
  if search('\V' . escape(a:text, '\'), 'cW') == 0
    call add(s:report, 'not there: ' . a:text)
    return
  endif
  let group = synIDattr(synID(line('.'), col('.'), 1), 'name')
  if group ==# a:group
    let s:passed += 1
  else
    call add(s:report, a:text . ': ' . group . ', not ' . a:group)
  endif
endfunction

function! s:Load(lines) abort
  let file = tempname() . '.som'
  call writefile(a:lines, file)
  execute 'edit! ' . fnameescape(file)
endfunction

" Whether no word of a file is an error.
function! s:ExpectSound(file) abort
  execute 'edit! ' . fnameescape(a:file)
  for line in range(1, line('$'))
    for column in range(1, col([line, '$']) - 1)
      if synIDattr(synID(line, column, 1), 'name') =~# 'Stray\|Wrong'
        call add(s:report, a:file . ':' . line . ':' . column)
        return
      endif
    endfor
  endfor
  let s:passed += 1
endfunction

try
  call s:Load(['"About it."', 'Counter = Object (', '    | count', '      step |', '    at: index put: value = (', "        | sum | sum := count + 17.", "        ^ self foo: 'it\\'s' bar: #sym with: [:each | nil ]", '    )', '    native = primitive', '    + other = ( ^ Vector new )', '    ----', "    wrong = ( 'a\\q' ; )", ')'])
  if &filetype ==# 'som' | let s:passed += 1 | else | call add(s:report, 'filetype: ' . &filetype) | endif
  if &commentstring ==# '"%s"' | let s:passed += 1 | else | call add(s:report, 'commentstring: ' . &commentstring) | endif
  call s:Expect('About', 'somComment')
  call s:Expect('Counter', 'somClassName')
  call s:Expect('Object', 'somClass')
  call s:Expect('step', 'somVariable')
  call s:Expect('at:', 'somPatternPart')
  call s:Expect('put:', 'somPatternPart')
  call s:Expect('sum |', 'somVariable')
  call s:Expect(':= count', 'somAssignment')
  call s:Expect('17', 'somNumber')
  call s:Expect('^ self', 'somReturn')
  call s:Expect('self', 'somSelf')
  call s:Expect('foo:', 'somMessage')
  call s:Expect('it\', 'somString')
  call s:Expect("\\'s", 'somEscape')
  call s:Expect('#sym', 'somSymbol')
  call s:Expect('each', 'somArgument')
  call s:Expect('nil', 'somConstant')
  call s:Expect('native', 'somPattern')
  call s:Expect('primitive', 'somPrimitive')
  call s:Expect('+ other', 'somPattern')
  call s:Expect('Vector', 'somClass')
  call s:Expect('----', 'somClassSide')
  call s:Expect('\q', 'somWrongEscape')
  call s:Expect('; )', 'somStray')
  for s:file in ['Set', 'String', 'Integer', 'Vector', 'System', 'Object']
    call s:ExpectSound(s:root . '/core-lib/' . s:file . '.som')
  endfor
catch
  call add(s:report, v:exception . ' at ' . v:throwpoint)
endtry
let s:failed = len(s:report)
call add(s:report, s:passed . ' passed, ' . s:failed . ' failed')
call writefile(s:report, $SOM_REPORT)
qall!
