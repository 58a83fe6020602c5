-- The language server in Neovim: require("som").setup{} in init.lua. The options:
--   path        the program som; by default "som"
--   class_path  a list of directories that are searched for classes
-- Needs no plugin. Neovim 0.7 or newer.
local M = {}

-- The directory that is the workspace of a file: that of its repository, else its own.
local function root_of(file)
  local directory = vim.fn.fnamemodify(file, ":p:h")
  local repository = vim.fn.finddir(".git", vim.fn.escape(directory, " ") .. ";")
  return repository ~= "" and vim.fn.fnamemodify(repository, ":p:h:h") or directory
end

-- Before 0.8 the clients have to be kept here: one for each workspace.
local clients = {}

local function start(configuration, buffer)
  if vim.lsp.start then
    vim.lsp.start(configuration, { bufnr = buffer })
    return
  end
  local root = configuration.root_dir
  clients[root] = clients[root] or vim.lsp.start_client(configuration)
  if clients[root] then vim.lsp.buf_attach_client(buffer, clients[root]) end
  -- Later versions set these themselves: completion by CTRL-X CTRL-O, definitions by CTRL-].
  vim.bo[buffer].omnifunc = "v:lua.vim.lsp.omnifunc"
  vim.bo[buffer].tagfunc = "v:lua.vim.lsp.tagfunc"
end

function M.setup(options)
  options = options or {}
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "som",
    callback = function(event)
      local buffer = event and event.buf or vim.api.nvim_get_current_buf()
      local root = root_of(vim.api.nvim_buf_get_name(buffer))
      start({
        name = "som",
        cmd = { options.path or "som", "--lsp" },
        root_dir = root,
        workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
        init_options = { classPath = options.class_path },
        on_exit = function() clients[root] = nil end,
      }, buffer)
    end,
  })
end

return M
