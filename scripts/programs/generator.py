"""The classes of a generated program: shapes that inherit from each other, and the class that runs."""

from programs.expressions import SHAPE_UNARY
from programs.statements import Statements

# Name, superclass.
SHAPES = (("ShapeRound", "Shape"), ("ShapeSquare", "Shape"), ("ShapeFlat", "ShapeSquare"), ("ShapeTall", "ShapeFlat"), ("ShapeTruth", "Shape"))

HELPERS = """    keep: block = ( kept := block )
    kept: x = ( ^ self number: (kept value: x) )
    table: dictionary kept: block shapes: all = ( table := dictionary. kept := block. shapes := all )
    count = ( counter := counter + 1 )
    note: value = ( notes < 40 ifTrue: [ notes := notes + 1. value println ] )
    other = ( ^ self )
    block: value = ( ^ [ value ] )
    number: value = ( value == true ifTrue: [ ^ 1 ]. value == false ifTrue: [ ^ 0 ]. ^ value isNil ifTrue: [ 11 ] ifFalse: [ value ] )
    safe: d = ( (d < 1000000000.0 and: [ d > (0 - 1000000000) ]) ifTrue: [ ^ d ]. ^ 0.5 )
    power: n = ( | d | d := 1.0. n > 0 ifTrue: [ n timesRepeat: [ d := d * 2.0 ] ] ifFalse: [ 0 - n timesRepeat: [ d := d * 0.5 ] ]. ^ d )
    character: i of: text = ( ^ text charAt: i % text length + 1 )
    beginning: i of: text = ( ^ text substringFrom: 1 to: i % text length + 1 )
    short: text = ( text length > 2000 ifTrue: [ ^ text substringFrom: 3 to: 700 ]. ^ text )
    nameOf: x = ( ^ x % 2 = 0 ifTrue: [ 'even' ] ifFalse: [ #odd ] )
    first: x in: array = ( array do: [:e | e % 9 = x ifTrue: [ ^ e ] ]. ^ 0 - 1 )
    sorted: array by: block = ( | v | v := Vector new. array do: [:e | v append: e ]. v sort: block. ^ (v first % 1009) + (v at: 3) )
    doesNotUnderstand: selector arguments: arguments = ( self count. ^ selector length + arguments length )
    escapedBlock: block = ( self count. ^ 99 )
    array = ( | w | w := Array new: 5. 1 to: 5 do: [:i | w at: i put: i * i ]. ^ w )
    apply: block to: x = ( | n | n := block value: x. ^ (self number: n) + (self number: (block value: (self number: n))) )
    each: block = ( | n | n := 0. 1 to: 3 do: [:k | n := n + (block value: k) % 5003 ]. ^ n )
"""

# What many methods call, each with a receiver of its own for long. Their sends meet all classes in `meet`.
SHARED = """    seen: shape at: x = ( ^ (shape sum) + (shape scale: x % 50) % 10007 )
    seen: shape by: block = ( ^ (shape each: block) + shape deep )
    told: x = ( ^ x asString length )
    told: x and: y = ( ^ (self told: x) + (x = y ifTrue: [ 1 ] ifFalse: [ 2 ]) )
    added: x to: y = ( ^ x + y )
    passed: shape at: x = ( ^ (shape a > 30000 or: [ shape isNil ]) ifTrue: [ shape a: 5. x ] ifFalse: [ (self seen: shape at: x) + 1 ] )
    meet = (
        shapes do: [:each | self seen: each at: 3. self seen: each by: [:k | k + 1 ]. self passed: each at: 4. self told: each and: self ].
        self seen: self at: 2. self seen: self by: [:k | k ].
        self told: nil. self told: 3. self told: 2.5. self told: true. self told: #told. self told: [ 1 ].
        self added: 1 to: 2. self added: 1.5 to: 2. self added: 'a' to: 'b'. self added: 4611686018427387904 to: 1. self added: self to: 5
    )
"""


class Generator(Statements):
    """Writes one program: `files()` answers the texts of its classes by name."""

    def __init__(self, seed, size, rounds):
        super().__init__(seed, size, rounds)
        self.name = f"Generated{seed}"

    def method(self, index, earlier):
        # Sometimes more values than there are registers.
        more = [f"t{k}" for k in range(self.pick(0, 0, 0, 16))]
        scope = {"int": ["p", "q", "u", "v"] + more, "double": ["d"], "assignable": ["u", "v"] + more, "assignable_double": ["d"], "text": ["s"],
                 "any": ["z"], "object": ["o"], "array": ["w"], "block": [], "methods": earlier}
        return (f"    m{index}: p with: q = (\n        | u v d o w s z {' '.join(more)} |\n"
                f"        u := p. v := q. d := 1.5. s := 'ab'. o := shapes at: p % 6 + 1. w := self array.\n"
                + "".join(f"        {name} := p * {k + 2} + q.\n" for k, name in enumerate(more))
                + f"{self.statements(scope, 1, True, self.size)}\n"
                + (f"{self.write_settled(scope, 1, True, '        ')}\n" if self.random.random() < 0.5 else "")
                + f"        ^ u + v + o a + s length + (d > 2.0 ifTrue: [ 1 ] ifFalse: [ 2 ]){''.join(' + ' + name for name in more)}\n    )\n")

    # --- shapes: a method sends only what stands in front of it in the protocol, so that none recurses ---

    def shape_value(self, rank, is_derived):
        """What one of the methods computes: `rank` of them may be sent."""
        sent = self.pick("self ", "self ", "super " if is_derived else "self ") + self.one_of(SHAPE_UNARY[:max(2, rank)])
        return self.pick(f"({sent})", f"({sent}) + {self.pick('1', '17', 'a')}", f"a * {self.pick('3', '7')} + b % 10007", f"({sent}) + ({sent}) % 10007",
                         f"(a > b ifTrue: [ {sent} ] ifFalse: [ b ])", f"(({sent}) max: b)", "(self each: [:k | a := a + k % 991 ])")

    def shape(self, name, superclass):
        is_derived = superclass != "Object"
        fields = "    | a b |\n" if not is_derived else self.pick("", f"    | {name[5:].lower()} |\n")
        text = f"{name} = {superclass if is_derived else ''} (\n{fields}"
        if not is_derived:
            text += ("    a = ( ^ a )\n    b = ( ^ b )\n    a: x = ( a := x )\n    setA: x b: y = ( a := x. b := y )\n"
                     "    scale: n = ( ^ a * n + b % 10007 )\n    pick: x or: y = ( ^ x > y ifTrue: [ x ] ifFalse: [ y + a ] )\n"
                     "    each: block = ( | n | n := 0. 1 to: 3 do: [:k | n := n + (block value: k) % 5003 ]. ^ n )\n"
                     "    doesNotUnderstand: selector arguments: arguments = ( a := a + 1 % 1000. ^ selector length + arguments length + b )\n"
                     "    asString = ( ^ 'a shape of ' + a )\n")
        for rank, selector in enumerate(SHAPE_UNARY[2:], 2):
            if not is_derived or self.random.random() < 0.45:
                text += f"    {selector} = ( ^ {self.shape_value(rank, is_derived and rank > 2)} )\n"
        if is_derived and self.random.random() < 0.4:
            text += self.pick("    scale: n = ( ^ (super scale: n) + 1 )\n", "    scale: n = ( n > 20 ifTrue: [ ^ self sum ]. ^ super scale: n + 1 )\n",
                              "    pick: x or: y = ( ^ (super pick: y or: x) + a )\n", "    each: block = ( ^ (super each: block) + (block value: a) )\n",
                              "    a = ( ^ super a + 1 )\n", "    a: x = ( super a: x + 1 )\n")
        if name == "ShapeTruth":
            text += ("    ifTrue: one ifFalse: other = ( ^ a > 500 ifTrue: [ one value ] ifFalse: [ other value ] )\n"
                     "    ifTrue: one = ( ^ 13 )\n    and: one = ( ^ one value )\n    or: one = ( ^ a )\n    isNil = ( ^ true )\n")
        return text + ")\n"

    def main(self):
        methods, names = [], []
        for index in range(1, 2 + self.size):
            methods.append(self.method(index, list(names[-2:])))
            names.append(f"m{index}")
        scope = {"int": ["x", "y"], "double": ["e"], "assignable": ["x", "y"], "assignable_double": ["e"], "text": ["s"], "any": ["z"], "object": ["o"],
                 "array": ["w"], "block": ["f"], "methods": names}
        body = "\n".join(self.pick(self.write_loop, self.write_while)(scope, 0, False, "        ") for _ in range(3))
        body += f"\n        1 to: {self.rounds // 4} do: [:i |\n{self.write_settled(scope, 0, False, '            ')}\n{self.write_send(scope, 0, False, '            ')} ]."
        end = self.pick("", "", "", "        nil foo: x.\n", "        (w at: 6) println.\n", "        (x + nil) println.\n", "        self error: 'the end'.\n",
                        "        (self power: 2) asInteger foo.\n", "        shapes do: [:each | each error: each asString ].\n")
        shapes = "".join(f"        shapes at: {k} put: ({name} new setA: {k * 37} b: {k}).\n" for k, (name, _) in enumerate((("Shape", ""),) + SHAPES, 1))
        return (f"{self.name} = (\n    | a b counter kept table shapes notes |\n"
                "    a = ( ^ a )\n    b = ( ^ b )\n    a: x = ( a := x )\n    setA: x b: y = ( a := x. b := y. counter := 0. notes := 99 )\n"
                "    sum = ( ^ a + b )\n    twice = ( ^ self sum + self sum )\n    area = ( ^ a * 2 )\n    deep = ( ^ b )\n"
                "    scale: n = ( ^ a * n % 10007 )\n    pick: x or: y = ( ^ x + y )\n"
                f"{HELPERS}{SHARED}    + x = ( ^ x )\n"
                "    make: x = ( ^ (self class new setA: x % 1000 b: x & 255) table: table kept: kept shapes: shapes )\n"
                f"{''.join(methods)}"
                "    run = (\n        | x y e o w f s z |\n        table := Dictionary new. kept := [:k | k % 77 ].\n"
                "        counter := 0. notes := 0. a := 1. b := 2. x := 1. y := 2. e := 0.5. s := 'text'.\n        shapes := Array new: 6.\n"
                f"{shapes}"
                "        o := self make: 5. w := self array.\n        f := [:k | x := x + 1 % 1009. k + y % 1013 ].\n"
                f"        1 to: {self.pick('0', '1', '30', '30')} do: [:i | self meet ].\n"
                f"{body}\n"
                "        x println. y println. e println. s println. z println. o sum println. counter println.\n"
                "        shapes do: [:each | each asString println. each deep println ].\n"
                "        table print. '' println. (self kept: 100) println.\n        w do: [:each | each print. ' ' print ]. '' println.\n"
                f"{end}    )\n)\n")

    def files(self):
        files = {self.name: self.main(), "Shape": self.shape("Shape", "Object")}
        for name, superclass in SHAPES:
            files[name] = self.shape(name, superclass)
        return files
