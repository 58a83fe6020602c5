"""Dhrystone: a synthetic mix of assignments, calls, records, strings, characters and arrays.

What its variables hold in the end is known. Tags are the numbers 1 to 5, characters their codes.
"""


class Record(object):
    def __init__(self, following, tag, number, text):
        self.next = following
        self.discriminant = 0
        self.tag = tag
        self.number = number
        self.text = text

    def assign(self, other):
        self.next = other.next
        self.discriminant = other.discriminant
        self.tag = other.tag
        self.number = other.number
        self.text = other.text


def sum_with_two(x, y):
    return y + (x + 2)


class Dhrystone(object):
    def __init__(self):
        self.next = Record(None, 1, 0, "")
        self.record = Record(self.next, 3, 40, "a string, and some more of it")
        self.number = 0
        self.flag = False
        self.first_char = self.second_char = 0
        self.row = [0] * 51
        self.table = [[0] * 51 for _ in range(51)]
        self.table[8][7] = 10
        self.a = self.b = self.c = 0

    def tag_of_equal(self, x, y):
        if x != y:
            return 1
        self.first_char = x
        return 2

    def is_after(self, one, other):
        letter = 88
        index = 2
        while index <= 2:
            if self.tag_of_equal(ord(one[index]), ord(other[index + 1])) == 1:
                letter = 65
                index += 1
        if 87 <= letter < 90:
            index = 7
        if letter == 82:
            return True
        if one <= other:
            return False
        self.number = index + 7
        return True

    def successor(self, tag):
        if tag == 1:
            return 1
        if tag == 2:
            return 1 if self.number > 100 else 4
        if tag == 3:
            return 2
        if tag == 4:
            return 4
        return 3

    def follow(self, otherwise):
        result = otherwise if self.record is None else self.record.next
        self.record.number = sum_with_two(10, self.number)
        return result

    def update_records(self, record):
        following = record.next
        following.assign(self.record)
        record.number = 5
        following.number = record.number
        following.next = record.next
        following.next = self.follow(following.next)
        if following.discriminant == 0:
            following.number = 6
            following.tag = self.successor(record.tag)
            following.next = self.record.next
            following.number = sum_with_two(following.number, 10)
        else:
            record.assign(record.next)

    def decrease(self, value):
        local = value + 10
        tag = 5
        while tag != 1:
            if self.first_char == 65:
                local -= 1
                value = local - self.number
                tag = 1
        return value

    def fill(self, place, value):
        row, at = self.row, place + 5
        line = self.table[at]
        row[at] = value
        row[at + 1] = row[at]
        row[at + 30] = at
        for i in range(at, at + 2):
            line[i] = at
        line[at - 1] += 1
        self.table[at + 20][at] = row[at]
        self.number = 5

    def run(self, number):
        one_text = "first string, and more of it"
        self.first_char = 65
        self.flag = False
        self.flag = self.first_char == 65 or self.flag
        self.second_char = 66
        a, b, c = 2, 3, 0
        other_text = "second string, and more of it"
        tag = 2
        self.flag = not self.is_after(one_text, other_text)
        while a < b:
            c = 5 * a - b
            c = sum_with_two(a, b)
            a += 1
        self.fill(a, c)
        self.update_records(self.record)
        letter = 65
        while letter <= self.second_char:
            if tag == self.tag_of_equal(letter, 67):
                tag = self.successor(1)
                other_text = "third string, and more of it"
                b = number
                self.number = number
            letter += 1
        b = b * a
        a = b // c
        b = 7 * (b - c) - a
        self.a, self.b, self.c = self.decrease(a), b, c


def run(inner):
    d = Dhrystone()
    for number in range(1, inner + 1):
        d.run(number)
    return (d.number == 5 and d.flag and d.first_char == 65 and d.second_char == 66 and d.row[8] == 7
            and d.table[8][7] == inner + 10 and d.record.number == 17 and d.next.number == 18
            and d.next.tag == 2 and (d.a, d.b, d.c) == (5, 13, 7))
