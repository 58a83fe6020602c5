-- Counts how often each run of some lengths occurs in a random sequence. The result is a checksum of the numbers of different
-- runs and of the squares of how often they occur.
local Dna = require("dna")
local EXPECTED = {[100] = 333785, [2000] = 126679, [200000] = 608055}

local function add(sequence, k, sum)
  local counts = {}
  for i = 1, #sequence - k + 1 do
    local run = sequence:sub(i, i + k - 1)
    counts[run] = (counts[run] or 0) + 1
  end
  local distinct, squares = 0, 0
  for _, n in pairs(counts) do
    distinct = distinct + 1
    squares = squares + n * n
  end
  return Dna.check(Dna.check(sum, distinct), squares % 1000003)
end

return function(inner)
  local dna, letters = Dna.new(), {}
  for i = 1, inner do
    local index = dna:draw(Dna.plain)
    letters[i] = Dna.letters:sub(index, index)
  end
  local sequence, sum = table.concat(letters), 0
  for _, k in ipairs({1, 2, 3, 4, 6, 12, 18}) do sum = add(sequence, k, sum) end
  return sum == (EXPECTED[inner] or sum)
end
