"""Expressions of generated programs: text in SOM for a type that is asked for.

`scope` names the variables in reach, by type: `int`, `double`, `text`, `any`, `object`, `array`, `block`; `depth`
bounds nesting. Nothing here ends with an error, so that programs run on: indexes are taken modulo, divisors are
not zero, conversions of Doubles go through `self safe:`.
"""

import random

INTEGERS = ("0", "1", "2", "3", "7", "10", "100", "1000", "(0 - 1)", "(0 - 17)", "1073741823", "2305843009213693951",
            "(0 - 2305843009213693952)", "4611686018427387903", "4611686018427387904", "(0 - 4611686018427387905)",
            "9223372036854775807", "(0 - 9223372036854775808)", "18446744073709551616", "340282366920938463463374607431768211455")
DOUBLES = ("0.5", "1.5", "-0.0", "0.0", "3.25", "1000000.0", "0.001", "(1.0 // 3.0)", "(0.0 // 0.0)", "(1.0 // 0.0)", "(-1.0 // 0.0)",
           # Around the largest and the smallest that have an immediate form, and those that are least of all.
           "(self power: 255)", "(self power: 256)", "(self power: 257)", "(self power: 0 - 254)", "(self power: 0 - 256)",
           "(self power: 1023)", "(self power: 0 - 1070)", "9007199254740993.0")
TEXTS = ("'a'", "'ab'", "'seven'", "'ä'", "'0123456789'", "#seven")
# What every shape understands, the sends of each only to those in front of it.
SHAPE_UNARY = ("a", "b", "sum", "twice", "area", "deep")


class Expressions:
    """Every choice comes from one source of random numbers."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.fresh = 0

    def pick(self, *choices):
        return self.random.choice(choices)

    def one_of(self, choices):
        return self.random.choice(choices)

    def new_name(self, stem):
        self.fresh += 1
        return f"{stem}{self.fresh}"

    def integer(self, scope, depth=0):
        r = self.random.random()
        if depth > 3 or r < 0.3:
            if scope["int"] and self.random.random() < 0.75:
                return self.one_of(scope["int"])
            return self.one_of(INTEGERS)
        a = self.integer(scope, depth + 1)
        b = self.integer(scope, depth + 1)
        if r < 0.34:
            return self.masked(a, b)
        if r < 0.50:
            return f"({a} {self.pick('+', '-', '+', '-', '*')} {b})"
        if r < 0.57:
            return f"({a} % {self.pick('3', '7', '1000', '(0 - 5)', '1')})"
        if r < 0.60:
            return f"({a} {self.pick('/', 'rem:')} {self.pick('3', '7', '(0 - 2)', '1', '(0 - 1)')})"
        if r < 0.61:
            return f"({a} {self.pick('/', '%', 'rem:')} (({b} % {self.pick('10', '5000000000')}) + 1))"
        if r < 0.65:
            return f"({a} {self.pick('&', 'bitXor:', '|')} {b})"
        if r < 0.67:
            return f"({a} {self.pick('max:', 'min:')} {b})"
        if r < 0.69:
            return f"(({a} % 1000) << {self.random.randrange(0, 66)})"
        if r < 0.70:
            return self.pick(f"({a} abs)", f"({a} negated)")
        if r < 0.72:
            return f"((self safe: {self.double(scope, 3)}) {self.pick('asInteger', 'round', 'floor', 'ceiling')})"
        if r < 0.76:
            return self.pick(f"(self kept: {a})", f"(table at: {a} % 40 ifAbsent: [ {b} ])",
                             f"(table remove: {a} % 40 ifAbsent: [ 3 ])", "table size", f"(table at: {a} % 40 ifAbsentPut: [ {b} % 91 ])")
        if r < 0.79:
            return f"({self.boolean(scope, depth + 1)} {self.pick('ifTrue: [ ' + a + ' ] ifFalse: [ ' + b + ' ]', 'ifFalse: [ ' + a + ' ] ifTrue: [ ' + b + ' ]')})"
        if r < 0.86:
            return self.of_object(scope, depth, a, b)
        if r < 0.89 and scope["block"]:
            return f"({self.one_of(scope['block'])} value: {a})"
        if r < 0.92:
            return self.of_text(scope, depth)
        if r < 0.94:
            return self.of_anything(scope)
        if scope["array"]:
            array = self.one_of(scope["array"])
            return self.pick(f"({array} at: {a} % 5 + 1)", f"({array} at: {a} % 5 + 1)", f"({array} inject: {b} % 100 into: [:p :q | p + q % 65537 ])",
                             f"(self first: {a} % 9 in: {array})", f"(({array} collect: [:e | e % 7 + 1 ]) at: 3)")
        return f"({a} + {b})"

    def masked(self, a, b):
        """Arithmetic of which only some lower bits are looked at; now and then also what they are shifted to."""
        factor = self.pick("1103515245", "31", "2862933555777941757", a)
        mask = self.pick("255", "65535", "2147483647", "1152921504606846975", "2305843009213693951", "4611686018427387903")
        text = f"({a} * {factor} {self.pick('+', '-', 'bitXor:', '|')} {b} & {mask})"
        return self.pick(text, f"({a} - {b} << {self.pick('1', '5', '31', '61', '62', '100')} & {mask})",
                         f"({text} >>> {self.pick('1', '7', '30', '61', '62', '200')})")

    def of_object(self, scope, depth, a, b):
        """An integer that a shape answers."""
        del depth
        shape = self.object(scope)
        return self.pick(f"({shape} {self.one_of(SHAPE_UNARY)})", f"({shape} {self.one_of(SHAPE_UNARY)})", f"({shape} scale: {a} % 50)",
                         f"({shape} pick: {a} % 10 or: {b} % 10)", f"({shape} perform: {self.pick('#sum', '#area', '#twice')})",
                         f"({shape} perform: #scale: withArguments: (Array with: {a} % 77))",
                         f"({shape} unheardOf: {a} % 10 and: {b} % 10)", f"({shape} each: [:e | e + {a} % 31 ])",
                         f"({shape} {self.pick('and:', 'or:')} [ {a} % 3 ])" if self.random.random() < 0.3 else f"({shape} sum)")

    def of_text(self, scope, depth):
        """An integer that a text answers."""
        text = self.text(scope, depth + 1)
        return self.pick(f"{text} length", f"({text} hashcode % 1009)", f"({text} indexOf: {self.one_of(TEXTS)})",
                         f"({text} = {self.text(scope, depth + 1)} ifTrue: [ 1 ] ifFalse: [ 2 ])",
                         f"({text} < {self.text(scope, depth + 1)} ifTrue: [ 3 ] ifFalse: [ 4 ])",
                         f"({text} asSymbol == {self.text(scope, depth + 1)} asSymbol ifTrue: [ 5 ] ifFalse: [ 6 ])")

    def of_anything(self, scope):
        """An integer that says something about a variable which holds values of all kinds."""
        if not scope["any"]:
            return "4"
        x = self.one_of(scope["any"])
        return self.pick(f"({x} isNil ifTrue: [ 1 ] ifFalse: [ 0 ])", f"({x} ifNil: [ 2 ] ifNotNil: [ 3 ])", f"({x} = 3 ifTrue: [ 1 ] ifFalse: [ 2 ])",
                         f"({x} asString length)", f"({x} class = Integer ifTrue: [ {x} % 100 ] ifFalse: [ 7 ])", f"({x} == nil ifTrue: [ 8 ] ifFalse: [ 9 ])")

    def double(self, scope, depth=0):
        r = self.random.random()
        if depth > 3 or r < 0.35:
            if scope["double"] and self.random.random() < 0.7:
                return self.one_of(scope["double"])
            return self.one_of(DOUBLES)
        a = self.double(scope, depth + 1)
        b = self.double(scope, depth + 1)
        if r < 0.70:
            return f"({a} {self.pick('+', '-', '*')} {b})"
        if r < 0.78:
            return f"({a} // {self.pick('2.0', '0.25', '3', '4.0', '-0.5', '1024.0', '(0.0 - 7.5)', b)})"
        if r < 0.82:
            return f"({a} + {self.pick('1', '2', '(0 - 3)')})"
        if r < 0.84:
            return f"({a} * {self.pick('2.0', '0.5', '2', '(self power: 0 - 30)')})"
        if r < 0.86:
            return self.pick(f"(({self.integer(scope, 3)} % 4611686018427) asDouble)", f"({a} max: {b})", f"({a} abs sqrt)", f"({a} negated)",
                             f"({self.integer(scope, 3)} asDouble)")
        return f"({self.boolean(scope, depth + 1)} ifTrue: [ {a} ] ifFalse: [ {b} ])"

    def boolean(self, scope, depth=0):
        r = self.random.random()
        if depth > 2 or r < 0.6:
            if r < 0.15 and scope["double"]:
                return f"({self.double(scope, 3)} {self.pick('<', '>', '<=', '>=', '=', '<>')} {self.double(scope, 3)})"
            if r < 0.20:
                return f"({self.integer(scope, depth + 2)} {self.pick('<', '>', '=')} {self.double(scope, 3)})"
            op = self.pick("<", "<=", ">", ">=", "=", "<>", "==")
            return f"({self.integer(scope, depth + 2)} {op} {self.integer(scope, depth + 2)})"
        a = self.boolean(scope, depth + 1)
        b = self.boolean(scope, depth + 1)
        return self.pick(f"({a} not)", f"({a} and: [ {b} ])", f"({a} or: [ {b} ])", f"({a} && {b})", f"({a} || {b})", "(nil isNil)",
                         f"({self.object(scope)} == {self.object(scope)})" if scope["object"] else f"({a} not)",
                         f"({self.text(scope, 2)} beginsWith: {self.one_of(TEXTS)})")

    def text(self, scope, depth=0):
        """Never empty, and no longer than a few thousand characters."""
        if depth > 1 or self.random.random() < 0.6:
            if scope["text"] and self.random.random() < 0.7:
                return self.one_of(scope["text"])
            return self.one_of(TEXTS)
        a = self.text(scope, depth + 1)
        return self.pick(f"({a} + {self.text(scope, depth + 1)})", f"({a} + {self.integer(scope, 3)})",
                         f"(self character: {self.integer(scope, 3)} of: {a})", f"(self beginning: {self.integer(scope, 3)} of: {a})",
                         f"(self nameOf: {self.integer(scope, 3)})")

    def object(self, scope):
        r = self.random.random()
        if scope["object"] and r < 0.6:
            return self.one_of(scope["object"])
        if r < 0.8:
            return f"(shapes at: {self.integer(scope, 3)} % shapes length + 1)"
        return f"(self make: {self.integer(scope, 3)})"

    def anything(self, scope):
        return self.pick("nil", "true", self.integer(scope, 3), self.double(scope, 3), self.text(scope, 2), "3", f"({self.integer(scope, 3)} % 5)", "#symbol")
