-- Dhrystone: a synthetic mix of assignments, calls, records, strings, characters and arrays. What its variables hold in the end is known.
-- Tags are the numbers 1 to 5, characters their codes.
local Dhrystone = {}
Dhrystone.__index = Dhrystone

local function assign(record, other)
  record.next, record.discriminant, record.tag, record.number, record.text =
    other.next, other.discriminant, other.tag, other.number, other.text
end

local function zeros()
  local result = {}
  for i = 1, 50 do result[i] = 0 end
  return result
end

function Dhrystone.new()
  local next = {discriminant = 0}
  local self = setmetatable({next = next, row = zeros(), table = {}}, Dhrystone)
  self.record = {next = next, discriminant = 0, tag = 3, number = 40, text = "a string, and some more of it"}
  for i = 1, 50 do self.table[i] = zeros() end
  self.table[8][7] = 10
  return self
end

local function sum_with_two(x, y) return y + (x + 2) end

function Dhrystone:tag_of_equal(x, y)
  if x ~= y then return 1 end
  self.first_char = x
  return 2
end

function Dhrystone:is_after(one, other)
  local letter, index = 88, 3
  while index <= 3 do
    if self:tag_of_equal(one:byte(index), other:byte(index + 1)) == 1 then
      letter = 65
      index = index + 1
    end
  end
  if letter >= 87 and letter < 90 then index = 7 end
  if letter == 82 then return true end
  if one <= other then return false end
  self.number = index + 7
  return true
end

function Dhrystone:successor(tag)
  if tag == 1 then return 1 end
  if tag == 2 then return self.number > 100 and 1 or 4 end
  if tag == 3 then return 2 end
  if tag == 4 then return 4 end
  return 3
end

function Dhrystone:follow(otherwise)
  local result = self.record ~= nil and self.record.next or otherwise
  self.record.number = sum_with_two(10, self.number)
  return result
end

function Dhrystone:update_records(record)
  local next = record.next
  assign(next, self.record)
  record.number = 5
  next.number = record.number
  next.next = record.next
  next.next = self:follow(next.next)
  if next.discriminant == 0 then
    next.number = 6
    next.tag = self:successor(record.tag)
    next.next = self.record.next
    next.number = sum_with_two(next.number, 10)
  else
    assign(record, record.next)
  end
end

function Dhrystone:decrease(value)
  local rest, tag, result = value + 10, 5, value
  while tag ~= 1 do
    if self.first_char == 65 then
      rest = rest - 1
      result = rest - self.number
      tag = 1
    end
  end
  return result
end

function Dhrystone:fill(place, value)
  local row, at = self.row, place + 5
  local line = self.table[at]
  row[at] = value
  row[at + 1] = row[at]
  row[at + 30] = at
  for i = at, at + 1 do line[i] = at end
  line[at - 1] = line[at - 1] + 1
  self.table[at + 20][at] = row[at]
  self.number = 5
end

function Dhrystone:run(number)
  local one_text = "first string, and more of it"
  self.first_char = 65
  self.flag = false
  self.flag = self.first_char == 65 or self.flag
  self.second_char = 66
  local a, b, c = 2, 3, 0
  local other_text, tag = "second string, and more of it", 2
  self.flag = not self:is_after(one_text, other_text)
  while a < b do
    c = 5 * a - b
    c = sum_with_two(a, b)
    a = a + 1
  end
  self:fill(a, c)
  self:update_records(self.record)
  for letter = 65, self.second_char do
    if tag == self:tag_of_equal(letter, 67) then
      tag = self:successor(1)
      other_text = "third string, and more of it"
      b = number
      self.number = number
    end
  end
  b = b * a
  a = math.floor(b / c)
  b = 7 * (b - c) - a
  self.a, self.b, self.c = self:decrease(a), b, c
end

return function(inner)
  local d = Dhrystone.new()
  for number = 1, inner do d:run(number) end
  return d.number == 5 and d.flag and d.first_char == 65 and d.second_char == 66 and d.row[8] == 7 and
    d.table[8][7] == inner + 10 and d.record.number == 17 and d.next.number == 18 and d.next.tag == 2 and
    d.a == 5 and d.b == 13 and d.c == 7
end
