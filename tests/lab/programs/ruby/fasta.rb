require_relative 'dna'

# Sequences in lines of sixty letters: a pattern repeated, and two drawn at random. The result is the checksum of all lines.
module Fasta
  EXPECTED = { 10 => 166900, 1000 => 690592, 200000 => 889593 }.freeze
  PATTERN = 'GGCTAACGTTCAGGATCCTGA'.freeze

  def self.write(line, sum)
    line.each_byte { |code| sum = Dna.check(sum, code) }
    Dna.check(sum, 10)
  end

  def self.lines(count, sum)
    left = count
    while left.positive?
      line = +''
      [left, 60].min.times { line << yield }
      sum = write(line, sum)
      left -= 60
    end
    sum
  end

  def self.run(inner)
    dna = Dna.new
    at = -1
    sum = lines(2 * inner, 0) do
      at = at == PATTERN.size - 1 ? 0 : at + 1
      PATTERN[at]
    end
    sum = lines(3 * inner, sum) { Dna::LETTERS[dna.draw(Dna::AMBIGUOUS)] }
    sum = lines(5 * inner, sum) { Dna::LETTERS[dna.draw(Dna::PLAIN)] }
    sum == EXPECTED.fetch(inner, sum)
  end
end
