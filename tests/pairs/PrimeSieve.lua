-- Counts the primes up to 5000, n times over: reads and writes of an array of flags.
local PrimeSieve = {}
PrimeSieve.__index = PrimeSieve

function PrimeSieve:primes()
  local flags, count, limit = {}, 0, self.limit
  for i = 1, limit do flags[i] = true end
  for i = 2, limit do
    if flags[i] then
      count = count + 1
      local multiple = i + i
      while multiple <= limit do
        flags[multiple] = false
        multiple = multiple + i
      end
    end
  end
  return count
end

local sieve, sum = setmetatable({limit = 5000}, PrimeSieve), 0
for _ = 1, tonumber(arg[1]) do sum = sum + sieve:primes() end
print(sum)
