require_relative 'dna'

# Turns a random sequence around in place and replaces each letter by that of the opposite strand. The result is its checksum.
module ReverseComplement
  EXPECTED = { 100 => 345616, 10000 => 895495, 500000 => 935382 }.freeze

  def self.run(inner)
    dna = Dna.new
    sequence = Array.new(inner) { Dna::LETTERS.getbyte(dna.draw(Dna::AMBIGUOUS)) }
    complements = Array.new(128, 0)
    Dna::LETTERS.bytes.zip('tgcaVHDMKNYSBWR'.bytes) { |letter, other| complements[letter] = other }
    low = 0
    high = inner - 1
    while low <= high
      sequence[low], sequence[high] = complements[sequence[high]], complements[sequence[low]]
      low += 1
      high -= 1
    end
    sum = 0
    sequence.each { |code| sum = Dna.check(sum, code) }
    sum == EXPECTED.fetch(inner, sum)
  end
end
