" Which files are SOM.
autocmd BufRead,BufNewFile *.som setfiletype som
