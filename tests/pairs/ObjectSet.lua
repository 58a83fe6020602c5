-- Adds n objects to a table, twice each, and asks for all.
local n = tonumber(arg[1])
local objects, set, size, count = {}, {}, 0, 0
for i = 1, n do objects[i] = {} end
for round = 1, 2 do
  for i = 1, n do
    if not set[objects[i]] then set[objects[i]] = true; size = size + 1 end
  end
end
for i = 1, n do if set[objects[i]] then count = count + 1 end end
print(size + count)
