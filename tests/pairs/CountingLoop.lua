-- A loop over three locals: the plainest thing an interpreter does.
-- LuaJIT has no integers, so the size is read as whatever number it has.
local count, total, step = tonumber(arg[1]), 0, 3
while count > 0 do
  total = total + step
  count = count - 1
end
print(string.format("%.0f", total))
