-- The spectral norm of an infinite matrix, cut to size and approximated by the power method.
local EXPECTED = {[1] = 1.0, [10] = 1.2718440192507248, [20] = 1.2738398405412965,
                  [50] = 1.2741938369830932, [100] = 1.2742199912349306,
                  [200] = 1.2742236013532107, [300] = 1.2742239856297708}

local function element(i, j)
  return 1.0 / (math.floor((i + j) * (i + j + 1) / 2) + i + 1)
end

local function multiply(source, destination, at)
  for i = 1, #source do
    local sum = 0.0
    for j = 1, #source do sum = sum + at(i - 1, j - 1) * source[j] end
    destination[i] = sum
  end
end

local function transposed(i, j) return element(j, i) end

local function multiply_at_a(source, destination)
  local product = {}
  multiply(source, product, element)
  multiply(product, destination, transposed)
end

return function(inner)
  local u, v = {}, {}
  for i = 1, inner do u[i], v[i] = 1.0, 0.0 end
  for _ = 1, 10 do
    multiply_at_a(u, v)
    multiply_at_a(v, u)
  end
  local vbv, vv = 0.0, 0.0
  for i = 1, inner do
    vbv = vbv + u[i] * v[i]
    vv = vv + v[i] * v[i]
  end
  local norm = math.sqrt(vbv / vv)
  return EXPECTED[inner] == nil and norm > 1 or math.abs(norm - EXPECTED[inner]) <= 1e-15
end
