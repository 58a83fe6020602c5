-- Towers of Hanoi with disks as linked objects.
local Disk = {}
Disk.__index = Disk

function Disk.new(size) return setmetatable({_size = size, _next = nil}, Disk) end
function Disk:size() return self._size end
function Disk:next() return self._next end
function Disk:set_next(disk) self._next = disk end

local Towers = {}
Towers.__index = Towers

function Towers:push(disk, pile)
  local top = self.piles[pile]
  if top ~= nil and disk:size() >= top:size() then error("Cannot put a big disk on a smaller one") end
  disk:set_next(top)
  self.piles[pile] = disk
end

function Towers:pop(pile)
  local top = self.piles[pile]
  if top == nil then error("Attempting to remove a disk from an empty pile") end
  self.piles[pile] = top:next()
  top:set_next(nil)
  return top
end

function Towers:move_top(from, to)
  self:push(self:pop(from), to)
  self.moves = self.moves + 1
end

function Towers:move(disks, from, to)
  if disks == 1 then
    self:move_top(from, to)
    return
  end
  local other = 6 - from - to
  self:move(disks - 1, from, other)
  self:move_top(from, to)
  self:move(disks - 1, other, to)
end

local function benchmark()
  local towers = setmetatable({piles = {}, moves = 0}, Towers)
  for size = 13, 0, -1 do towers:push(Disk.new(size), 1) end
  towers:move(13, 1, 2)
  return towers.moves
end

return function(inner)
  for _ = 1, inner do
    if benchmark() ~= 8191 then return false end
  end
  return true
end
