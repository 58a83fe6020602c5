-- Pancake flips over all permutations; the result is the greatest number of flips.
local EXPECTED = {0, 1, 2, 4, 7, 10, 16, 22, 30, 38, 51, 65}

local Fannkuch = {}
Fannkuch.__index = Fannkuch

function Fannkuch.new(n)
  local perm, rotated = {}, {}
  for i = 1, n do
    perm[i] = i
    rotated[i] = 0
  end
  return setmetatable({perm = perm, rotated = rotated, at_end = false}, Fannkuch)
end

-- Answers a copy of the current permutation and advances to the next one.
function Fannkuch:next_permutation()
  local perm, result = self.perm, {}
  for i = 1, #perm do result[i] = perm[i] end
  for r = 2, #perm do
    local first = perm[1]
    for i = 1, r - 1 do perm[i] = perm[i + 1] end
    perm[r] = first
    self.rotated[r] = (self.rotated[r] + 1) % r
    if self.rotated[r] ~= 0 then return result end
  end
  self.at_end = true
  return result
end

local function flips(perm)
  local count, first = 0, perm[1]
  while first ~= 1 do
    for i = 1, math.floor(first / 2) do
      perm[i], perm[first + 1 - i] = perm[first + 1 - i], perm[i]
    end
    count = count + 1
    first = perm[1]
  end
  return count
end

return function(inner)
  local fannkuch, most = Fannkuch.new(inner), 0
  while not fannkuch.at_end do most = math.max(most, flips(fannkuch:next_permutation())) end
  return most == EXPECTED[inner]
end
