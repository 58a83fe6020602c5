-- Mandelbrot set, one bit a point; the result is the exclusive or of all bytes.
local bits = require("bits")
local EXPECTED = {[1] = 128, [3] = 224, [10] = 127, [50] = 15, [100] = 239, [500] = 191, [750] = 50,
                  [1000] = 101}

local function mandelbrot(size)
  local sum, byte, count = 0, 0, 0
  for y = 0, size - 1 do
    local ci = (2.0 * y / size) - 1.0
    for x = 0, size - 1 do
      local cr = (2.0 * x / size) - 1.5
      local zrzr, zi, zizi = 0.0, 0.0, 0.0
      local round, escape = 0, 0
      while round < 50 do
        local zr = zrzr - zizi + cr
        zi = 2.0 * zr * zi + ci
        zrzr = zr * zr
        zizi = zi * zi
        if zrzr + zizi > 4.0 then
          escape = 1
          break
        end
        round = round + 1
      end
      byte = byte * 2 + escape
      count = count + 1
      if count == 8 then
        sum = bits.xor(sum, byte)
        byte, count = 0, 0
      elseif x == size - 1 then
        sum = bits.xor(sum, bits.shl(byte, 8 - count))
        byte, count = 0, 0
      end
    end
  end
  return sum
end

return function(inner)
  local result = mandelbrot(inner)
  return EXPECTED[inner] == nil or EXPECTED[inner] == result
end
