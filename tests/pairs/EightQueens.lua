-- Finds all 92 placements of eight queens by backtracking; prints placements and attempts of n rounds.
local Queens = {}
Queens.__index = Queens

local function filled(size)
  local array = {}
  for i = 1, size do array[i] = true end
  return array
end

function Queens:place(column)
  if column > 8 then
    self.solutions = self.solutions + 1
    return
  end
  for row = 1, 8 do
    self.attempts = self.attempts + 1
    if self:is_free(row, column) then
      self:mark(row, column, false)
      self:place(column + 1)
      self:mark(row, column, true)
    end
  end
end

function Queens:is_free(row, column)
  if not self.rows[row] then return false end
  if not self.rising[row + column] then return false end
  return self.falling[row - column + 8]
end

function Queens:mark(row, column, free)
  self.rows[row] = free
  self.rising[row + column] = free
  self.falling[row - column + 8] = free
end

local queens = setmetatable({solutions = 0, attempts = 0}, Queens)
for _ = 1, tonumber(arg[1]) do
  queens.rows, queens.rising, queens.falling = filled(8), filled(16), filled(16)
  queens:place(1)
end
print(queens.solutions)
print(queens.attempts)
