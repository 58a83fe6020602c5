-- Fills a table with n Strings and looks all up.
local n = tonumber(arg[1])
local t, sum = {}, 0
for i = 1, n do t['key' .. i] = i end
for i = 1, n do sum = sum + t['key' .. i] end
print(sum)
