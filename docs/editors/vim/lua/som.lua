-- The language server in Neovim: require("som").setup{} in init.lua. The options:
--   path        the program som; by default "som"
--   class_path  a list of directories that are searched for classes
-- Needs Neovim 0.8 or newer and no plugin.
local M = {}

function M.setup(options)
  options = options or {}
  vim.api.nvim_create_autocmd("FileType", {
    pattern = "som",
    callback = function(event)
      local name = vim.api.nvim_buf_get_name(event.buf)
      local markers = vim.fs.find({ ".git", ".hg" }, { upward = true, path = vim.fs.dirname(name) })
      vim.lsp.start({
        name = "som",
        cmd = { options.path or "som", "--lsp" },
        root_dir = markers[1] and vim.fs.dirname(markers[1]) or vim.fs.dirname(name),
        init_options = { classPath = options.class_path },
      })
    end,
  })
end

return M
