-- Fills a table with n numbers, looks all up and removes half.
local n = tonumber(arg[1])
local t, size, sum = {}, 0, 0
for i = 1, n do t[i * 7] = i; size = size + 1 end
for i = 1, n do sum = sum + t[i * 7] end
for i = 1, n, 2 do t[i * 7] = nil; size = size - 1 end
print(sum + size)
