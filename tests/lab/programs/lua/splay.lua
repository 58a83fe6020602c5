-- A splay tree of 8000 nodes with payload in which nodes are replaced.
local bits = require("bits")

local TREE_SIZE, REPLACEMENTS, PAYLOAD_DEPTH = 8000, 80, 5
local EXPECTED = {[1] = 1744602750, [2] = 1068978771, [5] = 931533426, [10] = -665298307,
                  [20] = -620673136, [50] = 1332035630, [100] = -1749808039}

local Jenkins = {}
Jenkins.__index = Jenkins

-- Robert Jenkins' 32-bit integer hash, applied to its own output.
function Jenkins:next()
  local signed, xor, shl, shr = bits.signed, bits.xor, bits.shl, bits.shr
  local s = self.seed
  s = signed((s + 2127912214) + shl(s, 12))
  s = xor(xor(s, 3345072700), shr(s, 19))
  s = signed((s + 374761393) + shl(s, 5))
  s = xor(signed(s + 3550635116), shl(s, 9))
  s = signed((s + 4251993797) + shl(s, 3))
  s = xor(xor(s, 3042594569), shr(s, 16))
  self.seed = s
  return s
end

local Leaf = {}
Leaf.__index = Leaf

local function leaf_text(tag) return "String for key " .. tag .. " in leaf node" end

function Leaf.new(tag)
  local numbers = {}
  for i = 1, 10 do numbers[i] = i - 1 end
  return setmetatable({numbers = numbers, text = leaf_text(tag)}, Leaf)
end

function Leaf:is_intact(depth, tag)
  return depth == 0 and self.numbers[10] == 9 and self.text == leaf_text(tag)
end

local Payload = {}
Payload.__index = Payload

local function payload(depth, tag)
  if depth == 0 then return Leaf.new(tag) end
  return setmetatable({left = payload(depth - 1, tag), right = payload(depth - 1, tag)}, Payload)
end

function Payload:is_intact(depth, tag) return self.left:is_intact(depth - 1, tag) end

local Node = {}
Node.__index = Node

function Node.new(key, value)
  return setmetatable({key = key, value = value, left = nil, right = nil}, Node)
end

function Node:rotate_right()
  local child = self.left
  self.left = child.right
  child.right = self
  return child
end

function Node:rotate_left()
  local child = self.right
  self.right = child.left
  child.left = self
  return child
end

function Node:each(visit)
  local node = self
  while node ~= nil do
    if node.left ~= nil then node.left:each(visit) end
    visit(node)
    node = node.right
  end
end

local Tree = {}
Tree.__index = Tree

-- Top-down splaying: smaller and greater keys are collected in two trees on the way to the key.
function Tree:splay(key)
  if self.root == nil then return end
  local scratch = Node.new()
  local left, right, current = scratch, scratch, self.root
  while true do
    if key < current.key then
      if current.left == nil then break end
      if key < current.left.key then current = current:rotate_right() end
      if current.left == nil then break end
      right.left = current
      right = current
      current = current.left
    elseif key > current.key then
      if current.right == nil then break end
      if key > current.right.key then current = current:rotate_left() end
      if current.right == nil then break end
      left.right = current
      left = current
      current = current.right
    else
      break
    end
  end
  left.right = current.left
  right.left = current.right
  current.left = scratch.right
  current.right = scratch.left
  self.root = current
end

function Tree:insert(key, value)
  local node = Node.new(key, value)
  if self.root == nil then
    self.root = node
    return
  end
  self:splay(key)
  local root = self.root
  if root.key == key then return end
  if key > root.key then
    node.left = root
    node.right = root.right
    root.right = nil
  else
    node.right = root
    node.left = root.left
    root.left = nil
  end
  self.root = node
end

function Tree:remove(key)
  if self.root ~= nil then self:splay(key) end
  if self.root == nil or self.root.key ~= key then error("Key not found in splay tree: " .. key) end
  local right = self.root.right
  if self.root.left == nil then
    self.root = right
  else
    self.root = self.root.left
    self:splay(key)
    self.root.right = right
  end
end

function Tree:find(key)
  if self.root == nil then return nil end
  self:splay(key)
  return self.root.key == key and self.root or nil
end

function Tree:greatest_below(key)
  if self.root == nil then return nil end
  self:splay(key)
  if self.root.key < key then return self.root end
  local node = self.root.left
  while node ~= nil and node.right ~= nil do node = node.right end
  return node
end

local Splay = {}
Splay.__index = Splay

function Splay:insert_new_node()
  local key = self.random:next()
  while self.tree:find(key) ~= nil do key = self.random:next() end
  self.tree:insert(key, payload(PAYLOAD_DEPTH, tostring(key)))
  return key
end

function Splay:replace_nodes()
  for _ = 1, REPLACEMENTS do
    local key = self:insert_new_node()
    local previous = self.tree:greatest_below(key)
    self.tree:remove(previous == nil and key or previous.key)
  end
end

function Splay:checksum()
  local count, sum, last = 0, 0, nil
  self.tree.root:each(function(node)
    count = count + 1
    if last ~= nil and last >= node.key then error("Splay tree is not sorted") end
    last = node.key
    if not node.value:is_intact(PAYLOAD_DEPTH, tostring(last)) then error("payload lost") end
    sum = bits.signed(sum * 31 + last)
  end)
  if count ~= TREE_SIZE then error("Splay tree has the wrong size") end
  return sum
end

return function(inner)
  local splay = setmetatable({random = setmetatable({seed = 49734321}, Jenkins),
                              tree = setmetatable({root = nil}, Tree)}, Splay)
  for _ = 1, TREE_SIZE do splay:insert_new_node() end
  for _ = 1, inner do splay:replace_nodes() end
  local sum = splay:checksum()
  return EXPECTED[inner] == nil or EXPECTED[inner] == sum
end
