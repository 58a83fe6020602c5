-- Walks in the plane; every step makes a point and its successor, both soon forgotten.
local Point = {}
Point.__index = Point

function Point.new(x, y) return setmetatable({_x = x, _y = y}, Point) end
function Point:x() return self._x end
function Point:y() return self._y end
function Point.__add(a, b) return Point.new(a._x + b:x(), a._y + b:y()) end

local place = Point.new(0, 0)
for i = 1, tonumber(arg[1]) do
  place = place + Point.new(i % 7, 0 - (i % 5))
end
print(place:x())
print(place:y())
