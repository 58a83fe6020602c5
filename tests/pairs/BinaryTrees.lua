-- Keeps one complete tree of depth n while 64 smaller ones come and go; prints all nodes.
local Tree = {}
Tree.__index = Tree

function Tree.of_depth(depth)
  local tree = setmetatable({left = nil, right = nil}, Tree)
  if depth > 0 then
    tree.left = Tree.of_depth(depth - 1)
    tree.right = Tree.of_depth(depth - 1)
  end
  return tree
end

function Tree:nodes()
  if self.left == nil then return 1 end
  return 1 + self.left:nodes() + self.right:nodes()
end

local depth, sum = tonumber(arg[1]), 0
local long_lived = Tree.of_depth(depth)
for _ = 1, 64 do sum = sum + Tree.of_depth(depth - 4):nodes() end
print(sum + long_lived:nodes())
