-- Multiplies two n by n matrices of doubles held as arrays of arrays; prints the sum of the product.
local function matrix(n, factor)
  local rows = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do row[j] = (i - j) * factor end
    rows[i] = row
  end
  return rows
end

local function multiply(a, b, n)
  local product = {}
  for i = 1, n do
    local row, left = {}, a[i]
    for j = 1, n do
      local sum = 0.0
      for k = 1, n do sum = sum + (left[k] * b[k][j]) end
      row[j] = sum
    end
    product[i] = row
  end
  return product
end

local n, sum = tonumber(arg[1]), 0.0
local product = multiply(matrix(n, 0.5), matrix(n, 0.25), n)
for i = 1, n do
  for j = 1, n do sum = sum + (product[i][j] * i) end
end
print(string.format("%.0f", sum))
