// The incremental constraint solver of Freeman-Benson and Maloney; the inner value is the size of both problems.
'use strict';

class Vector {
  constructor() {
    this.storage = [];
    this.first = 0;
  }

  static with(element) {
    const vector = new this();
    vector.append(element);
    return vector;
  }

  append(element) { this.storage.push(element); }
  at(index) { return this.storage[index]; }
  isEmpty() { return this.first === this.storage.length; }
  removeFirst() { return this.isEmpty() ? null : this.storage[this.first++]; }

  remove(object) {
    const kept = [];
    let found = false;
    this.forEach((each) => {
      if (each === object) found = true;
      else kept.push(each);
    });
    this.storage = kept;
    this.first = 0;
    return found;
  }

  forEach(block) {
    for (let i = this.first; i < this.storage.length; i++) block(this.storage[i]);
  }

  sort(precedes) {
    this.storage = this.storage.slice(this.first)
        .sort((a, b) => (precedes(a, b) ? -1 : precedes(b, a) ? 1 : 0));
    this.first = 0;
  }
}

class Plan extends Vector {
  execute() { this.forEach((constraint) => constraint.execute()); }
}

class Strength {
  constructor(value) {
    this.value = value;
  }

  sameAs(other) { return this.value === other.value; }
  stronger(other) { return this.value < other.value; }
  weaker(other) { return this.value > other.value; }
  weakest(other) { return other.weaker(this) ? other : this; }
}

const REQUIRED = new Strength(-800);
const PREFERRED = new Strength(-400);
const STRONG_DEFAULT = new Strength(-200);
const DEFAULT = new Strength(0);
const ABSOLUTE_WEAKEST = new Strength(10000);

class Variable {
  constructor(value) {
    this.value = value;
    this.constraints = new Vector();
    this.determinedBy = null;
    this.walkStrength = ABSOLUTE_WEAKEST;
    this.stay = true;
    this.mark = 0;
  }

  addConstraint(constraint) { this.constraints.append(constraint); }

  removeConstraint(constraint) {
    this.constraints.remove(constraint);
    if (this.determinedBy === constraint) this.determinedBy = null;
  }
}

class AbstractConstraint {
  constructor(strength) {
    this.strength = strength;
  }

  isInput() { return false; }

  activate(planner) {
    this.addToGraph();
    planner.incrementalAdd(this);
  }

  destroy(planner) {
    if (this.isSatisfied()) planner.incrementalRemove(this);
    this.removeFromGraph();
  }

  inputsKnown(mark) {
    return !this.inputsHasOne(
        (input) => !(input.mark === mark || input.stay || input.determinedBy === null));
  }

  satisfy(mark, planner) {
    this.chooseMethod(mark);
    if (!this.isSatisfied()) {
      if (this.strength.sameAs(REQUIRED)) {
        throw new Error('A required constraint could not be satisfied');
      }
      return null;
    }
    this.inputsDo((input) => {
      input.mark = mark;
    });
    const output = this.output();
    const displaced = output.determinedBy;
    if (displaced !== null) displaced.markUnsatisfied();
    output.determinedBy = this;
    if (!planner.addPropagate(this, mark)) throw new Error('The constraints form a cycle');
    output.mark = mark;
    return displaced;
  }
}

class UnaryConstraint extends AbstractConstraint {
  constructor(variable, strength, planner) {
    super(strength);
    this.variable = variable;
    this.satisfied = false;
    this.activate(planner);
  }

  output() { return this.variable; }
  isSatisfied() { return this.satisfied; }
  markUnsatisfied() { this.satisfied = false; }

  addToGraph() {
    this.variable.addConstraint(this);
    this.satisfied = false;
  }

  removeFromGraph() {
    if (this.variable !== null) this.variable.removeConstraint(this);
    this.satisfied = false;
  }

  inputsDo() {}
  inputsHasOne() { return false; }

  chooseMethod(mark) {
    this.satisfied =
        this.variable.mark !== mark && this.strength.stronger(this.variable.walkStrength);
  }

  execute() {}

  recalculate() {
    this.variable.walkStrength = this.strength;
    this.variable.stay = !this.isInput();
    if (this.variable.stay) this.execute();
  }
}

class EditConstraint extends UnaryConstraint {
  isInput() { return true; }
}

class StayConstraint extends UnaryConstraint {}

const FORWARD = 'forward';
const BACKWARD = 'backward';

class BinaryConstraint extends AbstractConstraint {
  constructor(v1, v2, strength) {
    super(strength);
    this.v1 = v1;
    this.v2 = v2;
    this.direction = null;
  }

  isSatisfied() { return this.direction !== null; }
  markUnsatisfied() { this.direction = null; }

  addToGraph() {
    this.v1.addConstraint(this);
    this.v2.addConstraint(this);
    this.direction = null;
  }

  removeFromGraph() {
    if (this.v1 !== null) this.v1.removeConstraint(this);
    if (this.v2 !== null) this.v2.removeConstraint(this);
    this.direction = null;
  }

  input() { return this.direction === FORWARD ? this.v1 : this.v2; }
  output() { return this.direction === FORWARD ? this.v2 : this.v1; }
  inputsDo(block) { block(this.input()); }
  inputsHasOne(block) { return block(this.input()); }

  chooseMethod(mark) {
    const {v1, v2, strength} = this;
    if (v1.mark === mark) {
      this.direction = v2.mark !== mark && strength.stronger(v2.walkStrength) ? FORWARD : null;
    } else if (v2.mark === mark) {
      this.direction = v1.mark !== mark && strength.stronger(v1.walkStrength) ? BACKWARD : null;
    } else if (v1.walkStrength.weaker(v2.walkStrength)) {
      this.direction = strength.stronger(v1.walkStrength) ? BACKWARD : null;
    } else {
      this.direction = strength.stronger(v2.walkStrength) ? FORWARD : null;
    }
  }

  recalculate() {
    const input = this.input();
    const output = this.output();
    output.walkStrength = this.strength.weakest(input.walkStrength);
    output.stay = input.stay;
    if (output.stay) this.execute();
  }
}

class EqualityConstraint extends BinaryConstraint {
  constructor(v1, v2, strength, planner) {
    super(v1, v2, strength);
    this.activate(planner);
  }

  execute() {
    if (this.direction === FORWARD) this.v2.value = this.v1.value;
    else this.v1.value = this.v2.value;
  }
}

class ScaleConstraint extends BinaryConstraint {
  constructor(source, scale, offset, destination, strength, planner) {
    super(source, destination, strength);
    this.scale = scale;
    this.offset = offset;
    this.activate(planner);
  }

  addToGraph() {
    super.addToGraph();
    this.scale.addConstraint(this);
    this.offset.addConstraint(this);
  }

  removeFromGraph() {
    super.removeFromGraph();
    if (this.scale !== null) this.scale.removeConstraint(this);
    if (this.offset !== null) this.offset.removeConstraint(this);
  }

  inputsDo(block) {
    super.inputsDo(block);
    block(this.scale);
    block(this.offset);
  }

  execute() {
    if (this.direction === FORWARD) {
      this.v2.value = this.v1.value * this.scale.value + this.offset.value;
    } else {
      this.v1.value = Math.trunc((this.v2.value - this.offset.value) / this.scale.value);
    }
  }

  recalculate() {
    const input = this.input();
    const output = this.output();
    output.walkStrength = this.strength.weakest(input.walkStrength);
    output.stay = input.stay && this.scale.stay && this.offset.stay;
    if (output.stay) this.execute();
  }
}

class Planner {
  constructor() {
    this.currentMark = 1;
  }

  newMark() { return ++this.currentMark; }

  incrementalAdd(constraint) {
    const mark = this.newMark();
    let displaced = constraint.satisfy(mark, this);
    while (displaced !== null) displaced = displaced.satisfy(mark, this);
  }

  incrementalRemove(constraint) {
    const output = constraint.output();
    constraint.markUnsatisfied();
    constraint.removeFromGraph();
    this.removePropagateFrom(output).forEach((each) => this.incrementalAdd(each));
  }

  addPropagate(constraint, mark) {
    const todo = Vector.with(constraint);
    while (!todo.isEmpty()) {
      const each = todo.removeFirst();
      if (each.output().mark === mark) {
        this.incrementalRemove(constraint);
        return false;
      }
      each.recalculate();
      this.addConsumersOf(each.output(), todo);
    }
    return true;
  }

  removePropagateFrom(output) {
    const unsatisfied = new Vector();
    output.determinedBy = null;
    output.walkStrength = ABSOLUTE_WEAKEST;
    output.stay = true;
    const todo = Vector.with(output);
    while (!todo.isEmpty()) {
      const variable = todo.removeFirst();
      variable.constraints.forEach((each) => {
        if (!each.isSatisfied()) unsatisfied.append(each);
      });
      this.consumersOf(variable, (each) => {
        each.recalculate();
        todo.append(each.output());
      });
    }
    unsatisfied.sort((a, b) => a.strength.stronger(b.strength));
    return unsatisfied;
  }

  addConsumersOf(variable, todo) {
    this.consumersOf(variable, (each) => todo.append(each));
  }

  consumersOf(variable, block) {
    const determining = variable.determinedBy;
    variable.constraints.forEach((each) => {
      if (each !== determining && each.isSatisfied()) block(each);
    });
  }

  extractPlanFrom(constraints) {
    const sources = new Vector();
    constraints.forEach((each) => {
      if (each.isInput() && each.isSatisfied()) sources.append(each);
    });
    return this.makePlan(sources);
  }

  makePlan(todo) {
    const mark = this.newMark();
    const plan = new Plan();
    while (!todo.isEmpty()) {
      const constraint = todo.removeFirst();
      if (constraint.output().mark !== mark && constraint.inputsKnown(mark)) {
        plan.append(constraint);
        constraint.output().mark = mark;
        this.addConsumersOf(constraint.output(), todo);
      }
    }
    return plan;
  }

  change(variable, value) {
    const edit = new EditConstraint(variable, PREFERRED, this);
    const plan = this.extractPlanFrom(Vector.with(edit));
    for (let i = 0; i < 10; i++) {
      variable.value = value;
      plan.execute();
    }
    edit.destroy(this);
  }
}

function check(isRight, what) {
  if (!isRight) throw new Error(`${what} failed`);
}

function chainTest(size) {
  const planner = new Planner();
  const variables = Array.from({length: size + 1}, () => new Variable(0));
  for (let i = 0; i < size; i++) {
    new EqualityConstraint(variables[i], variables[i + 1], REQUIRED, planner);
  }
  const first = variables[0];
  const last = variables[size];
  new StayConstraint(last, STRONG_DEFAULT, planner);
  const edit = new EditConstraint(first, PREFERRED, planner);
  const plan = planner.extractPlanFrom(Vector.with(edit));
  for (let value = 1; value <= 100; value++) {
    first.value = value;
    plan.execute();
    check(last.value === value, 'The chain test');
  }
  edit.destroy(planner);
}

function projectionTest(size) {
  const planner = new Planner();
  const destinations = new Vector();
  const scale = new Variable(10);
  const offset = new Variable(1000);
  let source = null;
  let destination = null;
  for (let i = 1; i <= size; i++) {
    source = new Variable(i);
    destination = new Variable(i);
    destinations.append(destination);
    new StayConstraint(source, DEFAULT, planner);
    new ScaleConstraint(source, scale, offset, destination, REQUIRED, planner);
  }
  planner.change(source, 17);
  check(destination.value === 1170, 'Projection 1');
  planner.change(destination, 1050);
  check(source.value === 5, 'Projection 2');
  planner.change(scale, 5);
  for (let i = 0; i < size - 1; i++) {
    check(destinations.at(i).value === (i + 1) * 5 + 1000, 'Projection 3');
  }
  planner.change(offset, 2000);
  for (let i = 0; i < size - 1; i++) {
    check(destinations.at(i).value === (i + 1) * 5 + 2000, 'Projection 4');
  }
}

module.exports = (size) => {
  chainTest(size);
  projectionTest(size);
  return true;
};
