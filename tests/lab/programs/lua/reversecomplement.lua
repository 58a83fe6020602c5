-- Turns a random sequence around in place and replaces each letter by that of the opposite strand. The result is its checksum.
local Dna = require("dna")
local EXPECTED = {[100] = 345616, [10000] = 895495, [500000] = 935382}

return function(inner)
  local dna, sequence, complements = Dna.new(), {}, {}
  for i = 1, inner do sequence[i] = Dna.letters:byte(dna:draw(Dna.ambiguous)) end
  local to = "tgcaVHDMKNYSBWR"
  for i = 1, #to do complements[Dna.letters:byte(i)] = to:byte(i) end
  local low, high = 1, inner
  while low <= high do
    sequence[low], sequence[high] = complements[sequence[high]], complements[sequence[low]]
    low, high = low + 1, high - 1
  end
  local sum = 0
  for i = 1, inner do sum = Dna.check(sum, sequence[i]) end
  return sum == (EXPECTED[inner] or sum)
end
