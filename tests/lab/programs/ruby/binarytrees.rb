# Complete binary trees; the result is the number of nodes walked. A tree of depth d has 2 ** (d + 1) - 1.
module BinaryTrees
  class Tree
    def initialize(left, right)
      @left = left
      @right = right
    end

    def count
      @left.nil? ? 1 : 1 + @left.count + @right.count
    end
  end

  def self.make(depth)
    depth.zero? ? Tree.new(nil, nil) : Tree.new(make(depth - 1), make(depth - 1))
  end

  def self.nodes(depth)
    2**(depth + 1) - 1
  end

  def self.run(inner)
    count = make(inner + 1).count
    expected = nodes(inner + 1) + nodes(inner)
    long_lived = make(inner)
    4.step(inner, 2) do |depth|
      trees = 2**(inner - depth + 4)
      trees.times { count += make(depth).count }
      expected += trees * nodes(depth)
    end
    count + long_lived.count == expected
  end
end
