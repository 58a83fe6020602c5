require_relative 'dna'

# Counts how often each run of some lengths occurs in a random sequence. The result is a checksum of the numbers of different
# runs and of the squares of how often they occur.
module KNucleotide
  EXPECTED = { 100 => 333785, 2000 => 126679, 200000 => 608055 }.freeze

  def self.add(sequence, k, sum)
    counts = Hash.new(0)
    (0..sequence.size - k).each { |i| counts[sequence[i, k]] += 1 }
    squares = 0
    counts.each_value { |n| squares += n * n }
    Dna.check(Dna.check(sum, counts.size), squares % 1000003)
  end

  def self.run(inner)
    dna = Dna.new
    sequence = +''
    inner.times { sequence << Dna::LETTERS[dna.draw(Dna::PLAIN)] }
    sum = 0
    [1, 2, 3, 4, 6, 12, 18].each { |k| sum = add(sequence, k, sum) }
    sum == EXPECTED.fetch(inner, sum)
  end
end
