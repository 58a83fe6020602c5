-- Joins a hundred labelled numbers to one string, then takes it apart character by character; n times.
local StringBuilding = {}
StringBuilding.__index = StringBuilding

function StringBuilding:build()
  local text = ""
  for i = 1, 100 do
    text = text .. "item"
    text = text .. tostring(i)
    text = text .. ";"
  end
  return text
end

function StringBuilding:separators_in(text)
  local count = 0
  for i = 1, #text do
    if text:sub(i, i) == ";" then count = count + 1 end
  end
  return count
end

local builder, total, previous = setmetatable({}, StringBuilding), 0, ""
for _ = 1, tonumber(arg[1]) do
  local text = builder:build()
  if text == previous then total = total + 1 end
  total = total + #text + builder:separators_in(text)
  previous = text
end
print(total)
