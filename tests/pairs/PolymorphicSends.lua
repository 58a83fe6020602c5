-- Adds up the measures of a thousand shapes of four classes, n times: one call site, four receivers.
local function shape_class(measure)
  local class = {measure = measure}
  class.__index = class
  function class.new(extent) return setmetatable({extent = extent}, class) end
  return class
end

local Segment = shape_class(function(self) return self.extent end)
local Square = shape_class(function(self) return self.extent * self.extent end)
local Cube = shape_class(function(self) return self.extent * self.extent * self.extent end)
local Mark = shape_class(function() return 1 end)

local function shape(kind, extent)
  if kind == 0 then return Segment.new(extent) end
  if kind == 1 then return Square.new(extent) end
  if kind == 2 then return Cube.new(extent) end
  return Mark.new(extent)
end

local function total(shapes)
  local sum = 0
  for i = 1, #shapes do sum = sum + shapes[i]:measure() end
  return sum
end

local shapes, sum = {}, 0
for i = 1, 1000 do shapes[i] = shape(i % 4, i % 10) end
for _ = 1, tonumber(arg[1]) do sum = sum + total(shapes) end
print(sum)
