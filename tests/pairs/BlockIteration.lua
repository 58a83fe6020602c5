-- Maps, visits and folds an array of 400 numbers with closures that read and write outer variables; n times.
local function collect(array, f)
  local result = {}
  for i = 1, #array do result[i] = f(array[i]) end
  return result
end

local function each(array, f)
  for i = 1, #array do f(array[i]) end
end

local function inject(array, start, f)
  local sum = start
  each(array, function(element) sum = f(sum, element) end)
  return sum
end

local numbers, total, above = {}, 0, 0
for i = 1, 400 do numbers[i] = i end
for round = 1, tonumber(arg[1]) do
  local offset = round % 10
  local shifted = collect(numbers, function(element) return element + offset end)
  each(shifted, function(element) if element > 200 then above = above + 1 end end)
  total = total + inject(shifted, 0, function(sum, element) return sum + element end)
end
print(total)
print(above)
