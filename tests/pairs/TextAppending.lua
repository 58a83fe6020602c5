-- Makes a text of n characters by adding one at a time, then counts one of them.
local n = tonumber(arg[1])
local digits = '0123456789'
local text = ''
for i = 1, n do
  local position = i % 10 + 1
  text = text .. digits:sub(position, position)
end
local count = 0
for i = 1, #text do
  if text:sub(i, i) == '7' then count = count + 1 end
end
print(count)
