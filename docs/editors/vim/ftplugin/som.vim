" How SOM is edited: comments, words, folding by the language server if there is one.
if exists("b:did_ftplugin")
  finish
endif
let b:did_ftplugin = 1

setlocal comments= commentstring=\"%s\"
" A keyword with its colon is one word for `*` and for completion.
setlocal iskeyword=@,48-57,_
setlocal suffixesadd=.som
setlocal matchpairs=(:),[:]
setlocal shiftwidth=4 softtabstop=4 expandtab

let b:undo_ftplugin = "setlocal comments< commentstring< iskeyword< suffixesadd< matchpairs< shiftwidth< softtabstop< expandtab<"
