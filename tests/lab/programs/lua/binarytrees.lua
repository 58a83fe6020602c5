-- Complete binary trees; the result is the number of nodes walked. A tree of depth d has 2 ^ (d + 1) - 1.
local function make(depth)
  if depth == 0 then return {} end
  return {left = make(depth - 1), right = make(depth - 1)}
end

local function count(tree)
  if tree.left == nil then return 1 end
  return 1 + count(tree.left) + count(tree.right)
end

local function nodes(depth) return 2 ^ (depth + 1) - 1 end

return function(inner)
  local total, expected = count(make(inner + 1)), nodes(inner + 1) + nodes(inner)
  local long_lived = make(inner)
  for depth = 4, inner, 2 do
    local trees = 2 ^ (inner - depth + 4)
    for _ = 1, trees do total = total + count(make(depth)) end
    expected = expected + trees * nodes(depth)
  end
  return total + count(long_lived) == expected
end
