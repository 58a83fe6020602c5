# Towers of Hanoi with disks as linked objects.
module Towers
  class Disk
    attr_reader :size
    attr_accessor :next

    def initialize(size)
      @size = size
      @next = nil
    end
  end

  class Game
    attr_reader :moves

    def initialize
      @piles = Array.new(4)
      @moves = 0
    end

    def push(disk, pile)
      top = @piles[pile]
      raise 'Cannot put a big disk on a smaller one' if !top.nil? && disk.size >= top.size

      disk.next = top
      @piles[pile] = disk
    end

    def pop(pile)
      top = @piles[pile]
      raise 'Attempting to remove a disk from an empty pile' if top.nil?

      @piles[pile] = top.next
      top.next = nil
      top
    end

    def move_top(from, to)
      push(pop(from), to)
      @moves += 1
    end

    def move(disks, from, to)
      return move_top(from, to) if disks == 1

      other = 6 - from - to
      move(disks - 1, from, other)
      move_top(from, to)
      move(disks - 1, other, to)
    end
  end

  def self.benchmark
    game = Game.new
    13.downto(0) { |size| game.push(Disk.new(size), 1) }
    game.move(13, 1, 2)
    game.moves
  end

  def self.run(inner)
    inner.times { return false if benchmark != 8191 }
    true
  end
end
