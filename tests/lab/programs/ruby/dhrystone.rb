# Dhrystone: a synthetic mix of assignments, calls, records, strings, characters and arrays. What its variables hold in the end is known.
# Tags are the numbers 1 to 5, characters their codes.
module Dhrystone
  class Record
    attr_accessor :next, :discriminant, :tag, :number, :text

    def initialize(following, tag, number, text)
      @next = following
      @discriminant = 0
      @tag = tag
      @number = number
      @text = text
    end

    def assign(other)
      @next = other.next
      @discriminant = other.discriminant
      @tag = other.tag
      @number = other.number
      @text = other.text
    end
  end

  class Machine
    def initialize
      @next = Record.new(nil, 1, 0, '')
      @record = Record.new(@next, 3, 40, 'a string, and some more of it')
      @number = 0
      @row = Array.new(51, 0)
      @table = Array.new(51) { Array.new(51, 0) }
      @table[8][7] = 10
    end

    def sum_with_two(x, y)
      y + (x + 2)
    end

    def tag_of_equal(x, y)
      return 1 if x != y

      @first_char = x
      2
    end

    def after?(one, other)
      letter = 88
      index = 2
      while index <= 2
        if tag_of_equal(one.getbyte(index), other.getbyte(index + 1)) == 1
          letter = 65
          index += 1
        end
      end
      index = 7 if letter >= 87 && letter < 90
      return true if letter == 82
      return false if one <= other

      @number = index + 7
      true
    end

    def successor(tag)
      case tag
      when 1 then 1
      when 2 then @number > 100 ? 1 : 4
      when 3 then 2
      when 4 then 4
      else 3
      end
    end

    def follow(otherwise)
      result = @record.nil? ? otherwise : @record.next
      @record.number = sum_with_two(10, @number)
      result
    end

    def update_records(record)
      following = record.next
      following.assign(@record)
      record.number = 5
      following.number = record.number
      following.next = record.next
      following.next = follow(following.next)
      if following.discriminant.zero?
        following.number = 6
        following.tag = successor(record.tag)
        following.next = @record.next
        following.number = sum_with_two(following.number, 10)
      else
        record.assign(record.next)
      end
    end

    def decrease(value)
      local = value + 10
      tag = 5
      while tag != 1
        next unless @first_char == 65

        local -= 1
        value = local - @number
        tag = 1
      end
      value
    end

    def fill(place, value)
      at = place + 5
      line = @table[at]
      @row[at] = value
      @row[at + 1] = @row[at]
      @row[at + 30] = at
      (at..at + 1).each { |i| line[i] = at }
      line[at - 1] += 1
      @table[at + 20][at] = @row[at]
      @number = 5
    end

    def run(number)
      one_text = 'first string, and more of it'
      @first_char = 65
      @flag = false
      @flag = @first_char == 65 || @flag
      @second_char = 66
      a = 2
      b = 3
      c = 0
      other_text = 'second string, and more of it'
      tag = 2
      @flag = !after?(one_text, other_text)
      while a < b
        c = 5 * a - b
        c = sum_with_two(a, b)
        a += 1
      end
      fill(a, c)
      update_records(@record)
      letter = 65
      while letter <= @second_char
        if tag == tag_of_equal(letter, 67)
          tag = successor(1)
          other_text = 'third string, and more of it'
          b = number
          @number = number
        end
        letter += 1
      end
      b *= a
      a = b / c
      b = 7 * (b - c) - a
      @result = [decrease(a), b, c]
    end

    def right?(runs)
      @number == 5 && @flag && @first_char == 65 && @second_char == 66 && @row[8] == 7 && @table[8][7] == runs + 10 &&
        @record.number == 17 && @next.number == 18 && @next.tag == 2 && @result == [5, 13, 7]
    end
  end

  def self.run(inner)
    machine = Machine.new
    1.upto(inner) { |number| machine.run(number) }
    machine.right?(inner)
  end
end
