-- Builds a list of 500 nodes, turns it round in place and sums every third value, n times.
local Node = {}
Node.__index = Node

function Node.new(value, next_node) return setmetatable({_value = value, _next = next_node}, Node) end
function Node:value() return self._value end
function Node:next() return self._next end
function Node:set_next(node) self._next = node end

local List = {}
List.__index = List

function List:build(size)
  local head
  for i = 1, size do head = Node.new(i, head) end
  return head
end

function List:reverse(list)
  local node, reversed = list, nil
  while node ~= nil do
    local rest = node:next()
    node:set_next(reversed)
    reversed = node
    node = rest
  end
  return reversed
end

function List:sum(list)
  local node, sum = list, 0
  while node ~= nil do
    if node:value() % 3 == 0 then sum = sum + node:value() end
    node = node:next()
  end
  return sum
end

local lists, total = setmetatable({}, List), 0
for _ = 1, tonumber(arg[1]) do
  local list = lists:reverse(lists:build(500))
  total = total + lists:sum(list) + list:value()
end
print(total)
