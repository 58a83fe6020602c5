"""Statements of generated programs, each a few lines of text, on top of the expressions."""

from programs.expressions import TEXTS, Expressions

# Bounds of loops that run a few rounds: downward, in steps, not at all, across the end of the small integers, with Doubles.
SHORT_LOOPS = ("1 to: {n} do:", "{n} downTo: 1 do:", "1 to: {n} by: 2 do:", "{n} to: 1 do:", "{n} downTo: 1 by: 2 do:", "(0 - 3) to: 3 by: 3 do:",
               "2305843009213693948 to: 2305843009213693954 do:", "(0 - 2305843009213693950) downTo: (0 - 2305843009213693954) do:",
               "4611686018427387902 to: 4611686018427387905 do:", "2305843009213693900 to: 2305843009213693954 by: 17 do:",
               "1 to: {n}.5 do:", "1073741822 to: 1073741826 do:", "5 to: 5 do:", "{n} downTo: {n} + 1 do:")


class Statements(Expressions):
    """Assignments, control, loops, sends, closures that are kept, returns out of them."""

    def __init__(self, seed, size, rounds):
        super().__init__(seed)
        self.size = size
        self.rounds = rounds

    def statement(self, scope, depth, in_method):
        kinds = ["assign", "assign", "print", "if", "loop", "field", "array", "send", "double", "keep", "table", "text", "any", "odd", "object"]
        if depth < 2:
            kinds += ["loop", "while", "do", "block", "find", "shapes", "restart", "kept_return", "vector", "settled", "settled"]
        write = getattr(self, f"write_{self.one_of(kinds)}")
        return write(scope, depth, in_method, "    " * (depth + 2)) or self.write_sum(scope, depth, in_method, "    " * (depth + 2))

    def statements(self, scope, depth, in_method, count):
        return "\n".join(self.statement(scope, depth, in_method) for _ in range(self.random.randrange(1, count + 1)))

    # --- each answers its lines, or nothing where the scope has not what it needs ---

    def write_sum(self, scope, _depth, _in_method, pad):
        if not scope["assignable"]:
            return f"{pad}self count."
        target = self.one_of(scope["assignable"])
        return f"{pad}{target} := {target} + {self.integer(scope)} % 1000003."

    def write_assign(self, scope, _depth, _in_method, pad):
        return scope["assignable"] and f"{pad}{self.one_of(scope['assignable'])} := {self.integer(scope)} % 1000003."

    def write_print(self, scope, _depth, _in_method, pad):
        return self.random.random() < 0.1 and f"{pad}(self note: {self.pick(self.integer(scope, 2), self.double(scope, 2), self.text(scope))})."

    def write_double(self, scope, _depth, _in_method, pad):
        if not scope["assignable_double"]:
            return None
        target = self.one_of(scope["assignable_double"])
        bound = self.pick(f" {target} := self safe: {target}.", f" {target} abs > 1000000.0 ifTrue: [ {target} := 0.5 ].")
        return f"{pad}{target} := {self.double(scope)}.{bound}"

    def write_text(self, scope, _depth, _in_method, pad):
        if not scope["text"]:
            return None
        target = self.one_of(scope["text"])
        return self.pick(f"{pad}{target} := self short: {target} + {self.text(scope, 1)}.", f"{pad}{target} := self short: {target} + {self.integer(scope, 2)}.",
                         f"{pad}{target} := self short: {self.text(scope)}.",
                         f"{pad}1 to: {self.pick('40', '300')} do: [:k | {target} := self short: {target} + {self.pick(*TEXTS, 'k')} ].")

    def write_any(self, scope, _depth, _in_method, pad):
        return scope["any"] and f"{pad}{self.one_of(scope['any'])} := {self.anything(scope)}."

    def write_object(self, scope, _depth, _in_method, pad):
        return scope["object"] and f"{pad}{self.one_of(scope['object'])} := {self.object(scope)}."

    def write_odd(self, scope, _depth, _in_method, pad):
        """Control on what is no Boolean, by what is no block, and by blocks that are values."""
        if not scope["assignable"]:
            return None
        target = self.one_of(scope["assignable"])
        value = self.pick(f"{self.object(scope)} ifTrue: [ {self.integer(scope, 2)} ] ifFalse: [ 2 ]", f"{self.boolean(scope)} ifTrue: 5 ifFalse: 6",
                          f"{self.boolean(scope)} ifTrue: (self block: {self.integer(scope, 3)}) ifFalse: [ 3 ]",
                          f"{self.object(scope)} ifTrue: [ 1 ]", f"({self.boolean(scope)} and: (self block: false)) == true ifTrue: [ 1 ] ifFalse: [ 0 ]")
        return f"{pad}{target} := self number: ({value})."

    def write_if(self, scope, depth, in_method, pad):
        return f"{pad}{self.boolean(scope)} {self.pick('ifTrue:', 'ifFalse:')} [\n{self.statements(scope, depth + 1, in_method, 2)} ]."

    def write_loop(self, scope, depth, in_method, pad):
        if depth >= 2:
            return None
        is_long = depth == 0 and not in_method
        i = self.new_name("i")
        body = self.statements(dict(scope, int=scope["int"] + [i]), depth + 1, in_method, 3)
        n = self.rounds if is_long else self.random.randrange(0, 8)
        form = self.one_of(SHORT_LOOPS[:3] if is_long else SHORT_LOOPS).format(n=n)
        # The variable of a loop between Doubles is one.
        head = f"{pad}    {i} := {i} asInteger.\n" if ".5" in form else ""
        return f"{pad}{form} [:{i} |\n{head}{body} ]."

    def write_while(self, scope, depth, in_method, pad):
        if depth >= 2:
            return None
        i = self.new_name("i")
        count = self.rounds if depth == 0 and not in_method else self.random.randrange(0, 8)
        body = self.statements(dict(scope, int=scope["int"] + [i]), depth + 1, in_method, 3)
        test = self.pick(f"[ {i} < {count} ] whileTrue:", f"[ {i} >= {count} ] whileFalse:")
        return f"{pad}[ | {i} | {i} := 0. {test} [\n{body}\n{pad}    {i} := {i} + {self.pick('1', '1', '2')} ] ] value."

    def write_do(self, scope, depth, in_method, pad):
        if not scope["array"]:
            return None
        each = self.new_name("each")
        body = self.statements(dict(scope, int=scope["int"] + [each]), depth + 1, in_method, 2)
        return f"{pad}{self.one_of(scope['array'])} do: [:{each} |\n{body} ]."

    def write_shapes(self, scope, _depth, _in_method, pad):
        """Sites that meet all classes, or one class at first and then another."""
        if not scope["assignable"]:
            return None
        target = self.one_of(scope["assignable"])
        each = self.new_name("each")
        inner = dict(scope, object=scope["object"] + [each])
        if self.random.random() < 0.6:
            return f"{pad}shapes do: [:{each} | {target} := {target} + ({each} {self.pick('sum', 'area', 'deep', 'twice')}) + {self.of_object(inner, 2, '3', '4')} % 1000003 ]."
        limit = self.random.randrange(5, 400)
        return (f"{pad}(counter > {limit} ifTrue: [ shapes at: {self.random.randrange(1, 7)} ] ifFalse: [ shapes at: {self.random.randrange(1, 7)} ]) "
                f"{self.pick('a: ' + target + ' % 1000', 'sum', 'deep')}. self count.")

    def write_settled(self, scope, _depth, in_method, pad):
        """A method that others call, too, with a receiver that keeps to one class for long; one that changes, or is another now and then."""
        if not scope["assignable"]:
            return None
        target = self.one_of(scope["assignable"])
        k, x = self.new_name("k"), self.new_name("x")
        inner = dict(scope, int=scope["int"] + [k])
        form = self.random.random()
        some = self.object if form < 0.55 else self.anything
        one, other = some(scope), some(scope)
        receiver = self.pick(x, x, f"({k} % {self.pick('3', '29', '41')} = {self.pick('0', '1', '2')} ifTrue: [ {other} ] ifFalse: [ {x} ])")
        returns = f"{k} % 47 = {self.random.randrange(60)} ifTrue: [ ^ {k} ]. " if in_method and self.random.random() < 0.4 else ""
        if form < 0.55:
            sent = self.pick(f"self seen: {receiver} at: {self.integer(inner, 3)}", f"self passed: {receiver} at: {k}",
                             f"self seen: {receiver} by: [:e | {returns}e + {target} % 31 ]")
        elif form < 0.8:
            sent = self.pick(f"self told: {receiver}", f"self told: {receiver} and: {self.anything(inner)}")
        else:
            one, other = self.integer(scope, 2), self.integer(scope, 2)
            sent = self.pick(f"self added: {receiver} to: {self.integer(inner, 3)}", f"(self safe: (self added: {self.double(inner, 3)} to: {self.double(inner, 3)})) asInteger",
                             f"(self added: {self.text(inner, 2)} to: {self.text(inner, 2)}) length")
        change = self.pick("", "", f"{k} = {self.random.randrange(15, 70)} ifTrue: [ {x} := {other} ]. ")
        return (f"{pad}[ | {x} | {x} := {one}. 1 to: {self.pick('20', '40', '70')} do: [:{k} |\n{pad}    {change}{returns}"
                f"{target} := ({sent}) + {target} % 1000003 ] ] value.")

    def write_field(self, scope, _depth, _in_method, pad):
        return f"{pad}{self.object(scope)} a: {self.integer(scope)} % 9973."

    def write_array(self, scope, _depth, _in_method, pad):
        return scope["array"] and (f"{pad}{self.one_of(scope['array'])} at: {self.integer(scope)} % 5 + 1 put: {self.integer(scope)} % 65537.")

    def write_vector(self, scope, _depth, _in_method, pad):
        if not scope["assignable"] or not scope["array"]:
            return None
        target = self.one_of(scope["assignable"])
        return (f"{pad}{target} := {target} + (self sorted: {self.one_of(scope['array'])} by: [:p :q | {self.pick('p < q', 'p >= q', 'p % 100 <= (q % 100)')} ]) % 1000003.")

    def write_find(self, scope, _depth, in_method, pad):
        """Returns out of closures, through one activation or several, some of the library's."""
        if not in_method or not scope["array"]:
            return None
        each = self.new_name("each")
        inner = dict(scope, int=scope["int"] + [each])
        test = f"{each} % 13 = {self.random.randrange(13)} ifTrue: [ ^ {self.integer(inner)} ]"
        array = self.one_of(scope["array"])
        return self.pick(f"{pad}{array} do: [:{each} | {test} ].", f"{pad}self apply: [:{each} | {test}. {each} % 3001 ] to: {self.integer(scope, 2)} % 99.",
                         f"{pad}table do: [:pair | {array} do: [:{each} | self apply: [:z | {test}. z % 3001 ] to: 5 ] ].",
                         f"{pad}(shapes at: {self.random.randrange(1, 7)}) each: [:{each} | {test}. {each} ].")

    def write_block(self, scope, _depth, _in_method, pad):
        if not scope["assignable"]:
            return None
        target = self.one_of(scope["assignable"])
        x = self.new_name("x")
        block = f"[:{x} | {target} := {target} + 1 % 10007. {self.integer(dict(scope, int=scope['int'] + [x]))} % 4099 ]"
        return f"{pad}{target} := ({self.pick('self', 'self other')} apply: {block} to: {self.integer(scope)}) % 10007."

    def write_keep(self, scope, _depth, _in_method, pad):
        if not scope["assignable"]:
            return None
        target = self.one_of(scope["assignable"])
        x = self.new_name("x")
        # None evaluates the one that is kept: that may be itself.
        return f"{pad}self keep: " + self.pick(f"[:{x} | {target} := {target} + {x} % 5003. {target} ].", f"[:{x} | {x} * {self.pick('3', '7')} % 4099 ].",
                                               f"[:{x} | (self apply: [:y | y + {x} % 911 ] to: {self.one_of(scope['int'])}) % 2003 ].")

    def write_kept_return(self, _scope, _depth, in_method, pad):
        """A closure whose `^` may find its method gone: escapedBlock: answers."""
        x = self.new_name("x")
        return in_method and f"{pad}self keep: [:{x} | {x} % {self.pick('5', '2', '50')} = 0 ifTrue: [ ^ {x} % 77 ]. {x} % 901 ]."

    def write_restart(self, scope, depth, in_method, pad):
        if not scope["assignable"]:
            return None
        target, n, r = self.one_of(scope["assignable"]), self.new_name("n"), self.new_name("r")
        body = self.statements(dict(scope, int=scope["int"] + [n]), depth + 1, in_method, 1)
        return (f"{pad}[ | {n} {r} | {n} := 0. {r} := [ {n} := {n} + 1.\n{body}\n"
                f"{pad}    {n} < {self.random.randrange(1, 6)} ifTrue: [ {r} restart ]. {n} ]. {target} := {target} + {r} value ] value.")

    def write_table(self, scope, _depth, _in_method, pad):
        return self.pick(f"{pad}table at: {self.integer(scope, 2)} % 40 put: {self.integer(scope, 2)} % 10007.",
                         f"{pad}table do: [:pair | pair value > 5000 ifTrue: [ pair value: 17 ] ].",
                         f"{pad}table at: {self.integer(scope, 2)} % 40 put: {self.integer(scope, 2)} % 10007.",
                         f"{pad}table keysAndValuesDo: [:k :v | k % 11 = 3 ifTrue: [ self count ] ].",
                         f"{pad}table keys do: [:key | key % {self.pick('2', '5')} = 0 ifTrue: [ table remove: key ifAbsent: [ 0 ] ] ].",
                         f"{pad}table keysAndValuesDo: [:key :value | table at: key * 7 % 40 put: value + 1 % 10007 ].")

    def write_send(self, scope, _depth, _in_method, pad):
        if not scope["methods"] or not scope["assignable"]:
            return None
        method = self.one_of(scope["methods"])
        target = self.one_of(scope["assignable"])
        if self.random.random() < 0.2:
            send = f"self perform: #{method}:with: withArguments: (Array with: {self.integer(scope)} % 1000 with: {self.integer(scope)} % 1000)"
        else:
            send = f"self {method}: {self.integer(scope)} % 1000 with: {self.integer(scope)} % 1000"
        return f"{pad}{target} := ({send}) % 1000003."
