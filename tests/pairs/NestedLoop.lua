-- Sums the multiplication table of the numbers from 0 to n - 1: 2499500025000000 for n = 10000.
local n, s = tonumber(arg[1]), 0
for i = 0, n - 1 do
  for j = 0, n - 1 do
    s = s + (i * j)
  end
end
print(string.format("%.0f", s))
