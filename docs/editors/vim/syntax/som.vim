" How SOM looks: comments, the head of the class, patterns of methods, variables, literals, messages.
if exists("b:current_syntax")
  finish
endif
syntax case match
" Comments and strings may go over many lines.
syntax sync fromstart

" Messages and names, of which the later items are special cases.
syntax match somOperator "[~&|*/\\+=><,@%-]\+"
syntax match somName "\<\a\w*\>"
syntax match somMessage "\<\a\w*:=\@!"
syntax match somClass "\<\u\w*\>:\@!"
syntax match somAssignment ":="
syntax match somReturn "\^"
syntax keyword somSelf self super
syntax keyword somConstant nil true false
syntax match somClassSide "-\{4,}"

" Definitions begin a line.
syntax match somPattern "^\s*\zs\a\w*\ze\s*=\s*\((\|primitive\>\|$\)"
syntax match somPattern "^\s*\zs[~&|*/\\+=><,@%-]\+\ze\s*\a\w*\s*=\s*\((\|primitive\>\|$\)"
syntax match somKeywordPattern "^\s*\zs\(\a\w*:\s*\a\w*\s*\)\+\ze=\s*\((\|primitive\>\|$\)" contains=somPatternPart
syntax match somPatternPart "\a\w*:" contained
syntax match somClassName "^\u\w*\ze\s*=\(\s*\a\w*\)\?\s*\((\|$\|\"\)"
syntax match somPrimitive "\(=\s*\)\@<=primitive\>"

" Declarations.
syntax match somArgument ":\s*\zs\a\w*\ze\s*[:|]"
syntax match somVariables "\(^\s*\|[([|]\s*\)\@<=|\(\s*\a\w*\)*\s*|" contains=somVariable
syntax region somFields start="^\s*|\(\s*\(\a\w*\s*\)*\)\?$" end="|" contains=somVariable,somComment
syntax match somVariable "\a\w*" contained

" Literals.
syntax match somNumber "\<\d\+\(\.\d\+\)\?\>"
syntax match somSymbol "#\s*\(\(\a\w*:\)\+\a\?\w*\|\a\w*\|[~&|*/\\+=><,@%-]\+\)"
syntax region somSymbol start="#\s*'" skip="\\." end="'" contains=somEscape
syntax region somString start="'" skip="\\." end="'" contains=somEscape
syntax match somEscape "\\[tbnrf0'\\]" contained
syntax match somWrongEscape "\\[^tbnrf0'\\]" contained containedin=somString,somSymbol
syntax region somComment start=+"+ end=+"+ contains=somTodo,@Spell
syntax keyword somTodo TODO FIXME XXX contained
syntax match somStray "[{};?!$`]"

highlight default link somComment Comment
highlight default link somTodo Todo
highlight default link somString String
highlight default link somEscape SpecialChar
highlight default link somWrongEscape Error
highlight default link somStray Error
highlight default link somNumber Number
highlight default link somSymbol Constant
highlight default link somConstant Constant
highlight default link somSelf Keyword
highlight default link somReturn Statement
highlight default link somAssignment Operator
highlight default link somOperator Operator
highlight default link somMessage Function
highlight default link somPattern Function
highlight default link somPatternPart Function
highlight default link somClassName Type
highlight default link somClass Type
highlight default link somPrimitive StorageClass
highlight default link somClassSide PreProc
highlight default link somArgument Identifier
highlight default link somVariable Identifier

let b:current_syntax = "som"
