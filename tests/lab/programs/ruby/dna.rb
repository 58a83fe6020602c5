# Random letters of genetic sequences, and the checksum of what is made of them.
class Dna
  LETTERS = 'acgtBDHKMNRSVWY'.freeze
  PLAIN = [0.30, 0.50, 0.70, 1.0].freeze
  AMBIGUOUS = [0.27, 0.39, 0.51, 0.78, 0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94, 0.96, 0.98, 1.0].freeze

  def initialize
    @seed = 42
  end

  # The index of a letter drawn from a table of cumulative probabilities.
  def draw(probabilities)
    @seed = (@seed * 3877 + 29573) % 139968
    r = @seed / 139968.0
    index = 0
    index += 1 while r >= probabilities[index]
    index
  end

  def self.check(sum, code)
    (sum * 31 + code) % 1000003
  end
end
