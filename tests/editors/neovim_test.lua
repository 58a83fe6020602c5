-- The set-up of docs/editors/vim in Neovim: a file is attached to the server, which answers. Writes to $SOM_REPORT; its
-- last line counts.
local root, report = vim.env.SOM_ROOT, {}
local passed, failed = 0, 0

local function expect(condition, what)
  if condition then
    passed = passed + 1
  else
    failed = failed + 1
    table.insert(report, what)
  end
end

local ok, message = pcall(function()
  vim.opt.runtimepath = { root .. "/docs/editors/vim", vim.env.VIMRUNTIME }
  vim.cmd("filetype plugin on")
  vim.cmd("syntax on")
  require("som").setup({ path = vim.env.SOM })
  vim.cmd("edit " .. vim.fn.fnameescape(root .. "/core-lib/Set.som"))
  expect(vim.bo.filetype == "som", "filetype: " .. vim.bo.filetype)
  local clients
  vim.wait(10000, function()
    clients = vim.lsp.buf_get_clients(0)
    return next(clients) ~= nil
  end, 20)
  expect(next(clients) ~= nil, "no client")
  expect(vim.bo.omnifunc == "v:lua.vim.lsp.omnifunc", "omnifunc: " .. vim.bo.omnifunc)
  expect(vim.bo.tagfunc == "v:lua.vim.lsp.tagfunc", "tagfunc: " .. vim.bo.tagfunc)
  local line = vim.fn.search("addAll: collection")
  local parameters = { textDocument = vim.lsp.util.make_text_document_params(0), position = { line = line - 1, character = 6 } }
  local answers = vim.lsp.buf_request_sync(0, "textDocument/hover", parameters, 10000)
  local _, answer = next(answers or {})
  expect(answer and answer.result and answer.result.contents.value:find("Set >> addAll: collection", 1, true) ~= nil, "hover: " .. vim.inspect(answers))
  vim.api.nvim_buf_set_lines(0, line, line + 1, false, { "        missing := 3" })
  vim.wait(10000, function() return #vim.diagnostic.get(0) > 0 end, 20)
  local first = vim.diagnostic.get(0)[1]
  expect(first and first.message:find("No such field 'missing' in class", 1, true) ~= nil, "diagnostics: " .. vim.inspect(first))
end)
expect(ok, tostring(message))
table.insert(report, passed .. " passed, " .. failed .. " failed")
vim.fn.writefile(report, vim.env.SOM_REPORT)
vim.cmd("qall!")
