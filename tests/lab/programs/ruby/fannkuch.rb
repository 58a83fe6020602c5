# Pancake flips over all permutations; the result is the greatest number of flips.
module Fannkuch
  EXPECTED = [nil, 0, 1, 2, 4, 7, 10, 16, 22, 30, 38, 51, 65].freeze

  class Permutations
    attr_reader :at_end

    def initialize(n)
      @perm = (1..n).to_a
      @rotated = Array.new(n + 1, 0)
      @at_end = false
    end

    # Answers a copy of the current permutation and advances to the next one.
    def next_permutation
      result = @perm.dup
      r = 2
      while r <= @perm.size
        rotate(r)
        @rotated[r] = (@rotated[r] + 1) % r
        return result if @rotated[r] != 0

        r += 1
      end
      @at_end = true
      result
    end

    def rotate(r)
      first = @perm[0]
      i = 0
      while i < r - 1
        @perm[i] = @perm[i + 1]
        i += 1
      end
      @perm[r - 1] = first
    end
  end

  def self.flips(perm)
    count = 0
    while (first = perm[0]) != 1
      (first / 2).times { |i| perm[i], perm[first - 1 - i] = perm[first - 1 - i], perm[i] }
      count += 1
    end
    count
  end

  def self.run(inner)
    permutations = Permutations.new(inner)
    most = 0
    most = [most, flips(permutations.next_permutation)].max until permutations.at_end
    most == EXPECTED[inner]
  end
end
