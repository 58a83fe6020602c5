"""DeltaBlue: an incremental constraint solver on a chain of equalities and a set of projections."""

from functools import cmp_to_key

FORWARD, BACKWARD = "forward", "backward"


class Strength:
    def __init__(self, value):
        self.value = value

    def same_as(self, other):
        return self.value == other.value

    def stronger(self, other):
        return self.value < other.value

    def weaker(self, other):
        return self.value > other.value

    def weakest(self, other):
        return other if other.weaker(self) else self


STRENGTHS = {name: Strength(value) for name, value in (
    ("absolute_strongest", -10000), ("required", -800), ("strong_preferred", -600),
    ("preferred", -400), ("strong_default", -200), ("default", 0), ("weak_default", 500),
    ("absolute_weakest", 10000))}


class Queue:
    """A queue that can be walked, searched and sorted."""

    def __init__(self, *elements):
        self.items = list(elements)
        self.first = 0

    def is_empty(self):
        return self.first == len(self.items)

    def add(self, element):
        self.items.append(element)

    def remove_first(self):
        element = self.items[self.first]
        self.items[self.first] = None
        self.first += 1
        return element

    def remove(self, element):
        kept = []

        def keep(each):
            if each is not element:
                kept.append(each)

        self.each(keep)
        self.items = kept
        self.first = 0

    def each(self, visit):
        for i in range(self.first, len(self.items)):
            visit(self.items[i])

    def sort(self, precedes):
        self.items = sorted(self.items[self.first:], key=cmp_to_key(
            lambda a, b: -1 if precedes(a, b) else 1 if precedes(b, a) else 0))
        self.first = 0


class Variable:
    def __init__(self, value):
        self.value = value
        self.constraints = Queue()
        self.determined_by = None
        self.walk_strength = STRENGTHS["absolute_weakest"]
        self.stay = True
        self.mark = 0

    def add_constraint(self, constraint):
        self.constraints.add(constraint)

    def remove_constraint(self, constraint):
        self.constraints.remove(constraint)
        if self.determined_by is constraint:
            self.determined_by = None


class Constraint:
    def __init__(self, strength):
        self.strength = STRENGTHS[strength]

    def is_input(self):
        return False

    def add_constraint(self):
        self.add_to_graph()
        Planner.current.incremental_add(self)

    def destroy(self):
        if self.is_satisfied():
            Planner.current.incremental_remove(self)
        self.remove_from_graph()

    def inputs_known(self, mark):
        known = True

        def check(variable):
            nonlocal known
            if not (variable.mark == mark or variable.stay or variable.determined_by is None):
                known = False

        self.inputs_do(check)
        return known

    def satisfy(self, mark):
        """Tries to satisfy the constraint; answers the one it displaced, if any."""
        self.choose_method(mark)
        if not self.is_satisfied():
            if self.strength.same_as(STRENGTHS["required"]):
                raise AssertionError("Could not satisfy a required constraint")
            return None

        def set_mark(variable):
            variable.mark = mark

        self.inputs_do(set_mark)
        out = self.output()
        overridden = out.determined_by
        if overridden is not None:
            overridden.mark_unsatisfied()
        out.determined_by = self
        if not Planner.current.add_propagate(self, mark):
            raise AssertionError("Cycle encountered while adding a constraint")
        out.mark = mark
        return overridden


class Unary(Constraint):
    def __init__(self, variable, strength):
        super().__init__(strength)
        self._output = variable
        self.satisfied = False
        self.add_constraint()

    def is_satisfied(self):
        return self.satisfied

    def output(self):
        return self._output

    def inputs_do(self, visit):
        pass

    def mark_unsatisfied(self):
        self.satisfied = False

    def execute(self):
        pass

    def add_to_graph(self):
        self._output.add_constraint(self)
        self.satisfied = False

    def remove_from_graph(self):
        self._output.remove_constraint(self)
        self.satisfied = False

    def choose_method(self, mark):
        self.satisfied = (self._output.mark != mark
                          and self.strength.stronger(self._output.walk_strength))

    def recalculate(self):
        self._output.walk_strength = self.strength
        self._output.stay = not self.is_input()
        if self._output.stay:
            self.execute()


class Stay(Unary):
    pass


class Edit(Unary):
    def is_input(self):
        return True


class Binary(Constraint):
    def __init__(self, v1, v2, strength):
        super().__init__(strength)
        self.v1 = v1
        self.v2 = v2
        self.direction = None

    def is_satisfied(self):
        return self.direction is not None

    def mark_unsatisfied(self):
        self.direction = None

    def inputs_do(self, visit):
        visit(self.input())

    def add_to_graph(self):
        self.v1.add_constraint(self)
        self.v2.add_constraint(self)
        self.direction = None

    def remove_from_graph(self):
        self.v1.remove_constraint(self)
        self.v2.remove_constraint(self)
        self.direction = None

    def input(self):
        return self.v1 if self.direction == FORWARD else self.v2

    def output(self):
        return self.v2 if self.direction == FORWARD else self.v1

    def _towards(self, variable, direction):
        return direction if self.strength.stronger(variable.walk_strength) else None

    def choose_method(self, mark):
        v1, v2 = self.v1, self.v2
        if v1.mark == mark:
            self.direction = self._towards(v2, FORWARD) if v2.mark != mark else None
        elif v2.mark == mark:
            self.direction = self._towards(v1, BACKWARD) if v1.mark != mark else None
        elif v1.walk_strength.weaker(v2.walk_strength):
            self.direction = self._towards(v1, BACKWARD)
        else:
            self.direction = self._towards(v2, FORWARD)

    def recalculate(self):
        source, out = self.input(), self.output()
        out.walk_strength = self.strength.weakest(source.walk_strength)
        out.stay = source.stay
        if out.stay:
            self.execute()


class Equality(Binary):
    def __init__(self, v1, v2, strength):
        super().__init__(v1, v2, strength)
        self.add_constraint()

    def execute(self):
        self.output().value = self.input().value


class Scale(Binary):
    def __init__(self, source, scale, offset, destination, strength):
        super().__init__(source, destination, strength)
        self.scale = scale
        self.offset = offset
        self.add_constraint()

    def add_to_graph(self):
        super().add_to_graph()
        self.scale.add_constraint(self)
        self.offset.add_constraint(self)

    def remove_from_graph(self):
        super().remove_from_graph()
        self.scale.remove_constraint(self)
        self.offset.remove_constraint(self)

    def inputs_do(self, visit):
        super().inputs_do(visit)
        visit(self.scale)
        visit(self.offset)

    def execute(self):
        if self.direction == FORWARD:
            self.v2.value = self.v1.value * self.scale.value + self.offset.value
        else:
            self.v1.value = (self.v2.value - self.offset.value) // self.scale.value

    def recalculate(self):
        source, out = self.input(), self.output()
        out.walk_strength = self.strength.weakest(source.walk_strength)
        out.stay = source.stay and self.scale.stay and self.offset.stay
        if out.stay:
            self.execute()


class Planner:
    current = None

    def __init__(self):
        self.mark = 1
        Planner.current = self

    def new_mark(self):
        self.mark += 1
        return self.mark

    def incremental_add(self, constraint):
        mark = self.new_mark()
        overridden = constraint.satisfy(mark)
        while overridden is not None:
            overridden = overridden.satisfy(mark)

    def incremental_remove(self, constraint):
        out = constraint.output()
        constraint.mark_unsatisfied()
        constraint.remove_from_graph()
        self.remove_propagate_from(out).each(self.incremental_add)

    def add_propagate(self, constraint, mark):
        todo = Queue(constraint)
        while not todo.is_empty():
            each = todo.remove_first()
            if each.output().mark == mark:
                self.incremental_remove(constraint)
                return False
            each.recalculate()
            self.add_consumers(each.output(), todo)
        return True

    def remove_propagate_from(self, out):
        out.determined_by = None
        out.walk_strength = STRENGTHS["absolute_weakest"]
        out.stay = True
        unsatisfied, todo = Queue(), Queue(out)

        def note(each):
            if not each.is_satisfied():
                unsatisfied.add(each)

        def propagate(each):
            each.recalculate()
            todo.add(each.output())

        while not todo.is_empty():
            variable = todo.remove_first()
            variable.constraints.each(note)
            self.consumers_do(variable, propagate)
        unsatisfied.sort(lambda a, b: a.strength.stronger(b.strength))
        return unsatisfied

    def consumers_do(self, variable, visit):
        determining = variable.determined_by

        def consider(each):
            if each is not determining and each.is_satisfied():
                visit(each)

        variable.constraints.each(consider)

    def add_consumers(self, variable, todo):
        self.consumers_do(variable, todo.add)

    def extract_plan(self, constraints):
        sources = Queue()
        for each in constraints:
            if each.is_input() and each.is_satisfied():
                sources.add(each)
        return self.make_plan(sources)

    def make_plan(self, todo):
        mark = self.new_mark()
        plan = Queue()
        while not todo.is_empty():
            constraint = todo.remove_first()
            if constraint.output().mark != mark and constraint.inputs_known(mark):
                plan.add(constraint)
                constraint.output().mark = mark
                self.add_consumers(constraint.output(), todo)
        return plan


def execute(plan):
    plan.each(lambda constraint: constraint.execute())


def check(condition, test):
    if not condition:
        raise AssertionError(f"{test} failed")


def chain_test(n):
    planner = Planner()
    variables = [Variable(0) for _ in range(n + 1)]
    for i in range(n):
        Equality(variables[i], variables[i + 1], "required")
    Stay(variables[n], "strong_default")
    edit = Edit(variables[0], "preferred")
    plan = planner.extract_plan([edit])
    for i in range(1, 101):
        variables[0].value = i
        execute(plan)
        check(variables[n].value == i, "Chain test")
    edit.destroy()
    return planner.mark


def change(variable, value):
    edit = Edit(variable, "preferred")
    plan = Planner.current.extract_plan([edit])
    for _ in range(10):
        variable.value = value
        execute(plan)
    edit.destroy()


def projection_test(n):
    planner = Planner()
    scale, offset = Variable(10), Variable(1000)
    destinations = []
    for i in range(1, n + 1):
        source, destination = Variable(i), Variable(i)
        destinations.append(destination)
        Stay(source, "default")
        Scale(source, scale, offset, destination, "required")
    change(source, 17)
    check(destination.value == 1170, "Projection test 1")
    change(destination, 1050)
    check(source.value == 5, "Projection test 2")
    change(scale, 5)
    for i in range(1, n):
        check(destinations[i - 1].value == i * 5 + 1000, "Projection test 3")
    change(offset, 2000)
    for i in range(1, n):
        check(destinations[i - 1].value == i * 5 + 2000, "Projection test 4")
    return planner.mark


def run(inner):
    return chain_test(inner) + projection_test(inner) == 3 * inner + 16
