-- Random letters of genetic sequences, and the checksum of what is made of them.
local Dna = {
  letters = "acgtBDHKMNRSVWY",
  plain = {0.30, 0.50, 0.70, 1.0},
  ambiguous = {0.27, 0.39, 0.51, 0.78, 0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94, 0.96, 0.98, 1.0},
}
Dna.__index = Dna

function Dna.new() return setmetatable({seed = 42}, Dna) end

-- The index of a letter drawn from a table of cumulative probabilities.
function Dna:draw(probabilities)
  self.seed = (self.seed * 3877 + 29573) % 139968
  local r, index = self.seed / 139968.0, 1
  while r >= probabilities[index] do index = index + 1 end
  return index
end

function Dna.check(sum, code) return (sum * 31 + code) % 1000003 end

return Dna
