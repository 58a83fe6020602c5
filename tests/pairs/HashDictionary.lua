-- Fills a hash table written in Lua with 2000 keys, changes and looks all up; n times.
local Entry = {}
Entry.__index = Entry

function Entry.new(key, value, next_entry)
  return setmetatable({_key = key, _value = value, _next = next_entry}, Entry)
end
function Entry:key() return self._key end
function Entry:value() return self._value end
function Entry:set_value(value) self._value = value end
function Entry:next() return self._next end
function Entry:set_next(entry) self._next = entry end

local Table = {}
Table.__index = Table

local function array(size)
  local result = {n = size}
  for i = 1, size do result[i] = false end
  return result
end

function Table.new() return setmetatable({buckets = array(16), _count = 0}, Table) end
function Table:count() return self._count end
function Table:index_of(key, buckets) return key * 31 % buckets.n + 1 end

function Table:entry_at(key)
  local entry = self.buckets[self:index_of(key, self.buckets)]
  while entry do
    if entry:key() == key then return entry end
    entry = entry:next()
  end
  return nil
end

function Table:at(key)
  local entry = self:entry_at(key)
  if entry == nil then return nil end
  return entry:value()
end

function Table:put(key, value)
  local entry = self:entry_at(key)
  if entry == nil then self:add(key, value) else entry:set_value(value) end
end

function Table:add(key, value)
  if self._count * 4 > self.buckets.n * 3 then self:grow() end
  local index = self:index_of(key, self.buckets)
  self.buckets[index] = Entry.new(key, value, self.buckets[index])
  self._count = self._count + 1
end

function Table:grow()
  local larger = array(self.buckets.n * 2)
  for i = 1, self.buckets.n do
    local entry = self.buckets[i]
    while entry do
      local rest = entry:next()
      local index = self:index_of(entry:key(), larger)
      entry:set_next(larger[index])
      larger[index] = entry
      entry = rest
    end
  end
  self.buckets = larger
end

local function round()
  local numbers, sum = Table.new(), 0
  for i = 1, 2000 do numbers:put(i * 7, i) end
  for i = 1, 2000 do numbers:put(i * 7, numbers:at(i * 7) + 1) end
  for i = 1, 4000 do
    local found = numbers:at(i * 7)
    if found ~= nil then sum = sum + found end
  end
  return sum + numbers:count()
end

local total = 0
for _ = 1, tonumber(arg[1]) do total = total + round() end
print(total)
