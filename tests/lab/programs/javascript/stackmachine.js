// A stack machine whose instructions are objects: each executes itself on the machine. The program adds up the
// lengths of the Collatz sequences of the numbers up to 60.
'use strict';

const repeats = require('./repeats');

class Instruction {}

class OperandInstruction extends Instruction {
  constructor(operand) {
    super();
    this.operand = operand;
  }
}

class Push extends OperandInstruction {
  execute(machine) { machine.push(this.operand); }
}

class Load extends OperandInstruction {
  execute(machine) { machine.push(machine.variables[this.operand]); }
}

class Store extends OperandInstruction {
  execute(machine) { machine.variables[this.operand] = machine.pop(); }
}

class Jump extends OperandInstruction {
  execute(machine) { machine.jumpTo(this.operand); }
}

class Branch extends OperandInstruction {
  execute(machine) { if (!machine.pop()) machine.jumpTo(this.operand); }
}

class Halt extends Instruction {
  execute(machine) { machine.halt(); }
}

class Halve extends Instruction {
  execute(machine) { machine.push(Math.trunc(machine.pop() / 2)); }
}

class Odd extends Instruction {
  execute(machine) { machine.push(machine.pop() % 2 === 1); }
}

class BinaryInstruction extends Instruction {
  execute(machine) {
    const right = machine.pop();
    machine.push(this.apply(machine.pop(), right));
  }
}

class Add extends BinaryInstruction {
  apply(left, right) { return left + right; }
}

class Multiply extends BinaryInstruction {
  apply(left, right) { return left * right; }
}

class Less extends BinaryInstruction {
  apply(left, right) { return left < right; }
}

// Variables: 0 the number, 1 the element of its sequence, 2 the steps so far.
function program() {
  return [
    new Push(0), new Store(2), new Push(1), new Store(0),
    // 4: while the number < 61
    new Load(0), new Push(61), new Less(), new Branch(36), new Load(0), new Store(1),
    // 10: while 1 < the element
    new Push(1), new Load(1), new Less(), new Branch(31),
    new Load(2), new Push(1), new Add(), new Store(2),
    // 18: an odd element
    new Load(1), new Odd(), new Branch(27),
    new Load(1), new Push(3), new Multiply(), new Push(1), new Add(), new Jump(29),
    // 27: an even element
    new Load(1), new Halve(),
    // 29
    new Store(1), new Jump(10),
    // 31: the next number
    new Load(0), new Push(1), new Add(), new Store(0), new Jump(4),
    // 36
    new Halt(),
  ];
}

class StackMachine {
  constructor(code) {
    this.code = code;
    this.stack = new Array(16);
    this.variables = new Array(3);
    this.top = -1;
    this.counter = 0;
  }

  push(value) { this.stack[++this.top] = value; }
  pop() { return this.stack[this.top--]; }
  jumpTo(target) { this.counter = target; }
  halt() { this.counter = -1; }

  run() {
    while (this.counter >= 0) this.code[this.counter++].execute(this);
    return this.variables[2];
  }
}

module.exports = repeats(() => new StackMachine(program()).run() === 1457);
