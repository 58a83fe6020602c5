# The spectral norm of an infinite matrix, cut to size and approximated by the power method.
module SpectralNorm
  EXPECTED = { 1 => 1.0, 10 => 1.2718440192507248, 20 => 1.2738398405412965,
               50 => 1.2741938369830932, 100 => 1.2742199912349306, 200 => 1.2742236013532107,
               300 => 1.2742239856297708 }.freeze

  def self.element(i, j)
    1.0 / ((i + j) * (i + j + 1) / 2 + i + 1)
  end

  def self.multiply_a(source, destination)
    source.each_index do |i|
      sum = 0.0
      source.each_index { |j| sum += element(i, j) * source[j] }
      destination[i] = sum
    end
  end

  def self.multiply_at(source, destination)
    source.each_index do |i|
      sum = 0.0
      source.each_index { |j| sum += element(j, i) * source[j] }
      destination[i] = sum
    end
  end

  def self.multiply_at_a(source, destination)
    product = Array.new(source.size, 0.0)
    multiply_a(source, product)
    multiply_at(product, destination)
  end

  def self.run(inner)
    u = Array.new(inner, 1.0)
    v = Array.new(inner, 0.0)
    10.times do
      multiply_at_a(u, v)
      multiply_at_a(v, u)
    end
    vbv = vv = 0.0
    inner.times do |i|
      vbv += u[i] * v[i]
      vv += v[i] * v[i]
    end
    norm = Math.sqrt(vbv / vv)
    (norm - EXPECTED.fetch(inner, norm)).abs <= 1e-15
  end
end
