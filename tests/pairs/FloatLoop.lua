-- An oscillator without friction, stepped n times; prints its place and speed in millionths.
local left, x, v, dt = tonumber(arg[1]), 1.0, 0.0, 0.001
while left > 0 do
  v = v - (x * dt)
  x = x + (v * dt)
  left = left - 1
end
print(string.format("%.0f", x * 1000000.0))
print(string.format("%.0f", v * 1000000.0))
