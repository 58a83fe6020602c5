-- Counts rabbits: almost nothing but method calls with one argument, a comparison and an addition.
local Sends = {}
Sends.__index = Sends

function Sends:fib(n)
  if n < 2 then return n end
  return self:fib(n - 1) + self:fib(n - 2)
end

print(setmetatable({}, Sends):fib(tonumber(arg[1])))
