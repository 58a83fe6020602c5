-- Sequences in lines of sixty letters: a pattern repeated, and two drawn at random. The result is the checksum of all lines.
local Dna = require("dna")
local EXPECTED = {[10] = 166900, [1000] = 690592, [200000] = 889593}
local PATTERN = "GGCTAACGTTCAGGATCCTGA"

local function write(line, sum)
  for i = 1, #line do sum = Dna.check(sum, line:byte(i)) end
  return Dna.check(sum, 10)
end

local function lines(count, letter, sum)
  for left = count, 1, -60 do
    local line = ""
    for _ = 1, math.min(left, 60) do line = line .. letter() end
    sum = write(line, sum)
  end
  return sum
end

return function(inner)
  local dna, at = Dna.new(), 0
  local function repeated()
    at = at == #PATTERN and 1 or at + 1
    return PATTERN:sub(at, at)
  end
  local function drawn(probabilities)
    return function()
      local index = dna:draw(probabilities)
      return Dna.letters:sub(index, index)
    end
  end
  local sum = lines(2 * inner, repeated, 0)
  sum = lines(3 * inner, drawn(Dna.ambiguous), sum)
  sum = lines(5 * inner, drawn(Dna.plain), sum)
  return sum == (EXPECTED[inner] or sum)
end
