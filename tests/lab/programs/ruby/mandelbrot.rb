# Mandelbrot set, one bit a point; the result is the exclusive or of all bytes.
module Mandelbrot
  EXPECTED = { 1 => 128, 3 => 224, 10 => 127, 50 => 15, 100 => 239, 500 => 191, 750 => 50,
               1000 => 101 }.freeze

  def self.run(inner)
    result = mandelbrot(inner)
    EXPECTED.fetch(inner, result) == result
  end

  def self.mandelbrot(size)
    sum = byte = count = 0
    y = 0
    while y < size
      ci = (2.0 * y / size) - 1.0
      x = 0
      while x < size
        cr = (2.0 * x / size) - 1.5
        byte = byte * 2 + escape(cr, ci)
        count += 1
        if count == 8
          sum ^= byte
          byte = count = 0
        elsif x == size - 1
          sum ^= byte << (8 - count)
          byte = count = 0
        end
        x += 1
      end
      y += 1
    end
    sum
  end

  def self.escape(cr, ci)
    zrzr = zi = zizi = 0.0
    round = 0
    while round < 50
      zr = zrzr - zizi + cr
      zi = 2.0 * zr * zi + ci
      zrzr = zr * zr
      zizi = zi * zi
      return 1 if zrzr + zizi > 4.0

      round += 1
    end
    0
  end
end
