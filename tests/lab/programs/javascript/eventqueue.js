// A workshop as a simulation of events: each event is a function that runs at its time and plans others.
// Failures are exceptions that leave the method that took the risk.
'use strict';

const Random = require('./random');
const repeats = require('./repeats');

class WorkEvent {
  constructor(time, action) {
    this.time = time;
    this.action = action;
    this.next = null;
  }

  insert(event) {
    event.next = this.next;
    this.next = event;
  }
}

class Failure {
  constructor(reason) {
    this.reason = reason;
  }
}

class EventQueue {
  constructor() {
    this.now = 0;
    this.first = null;
    this.random = new Random();
    this.done = 0;
    this.failed = 0;
    this.repaired = 0;
    this.busy = false;
    this.waiting = [];
  }

  benchmark() {
    for (let i = 1; i <= 150; i++) this.after(i * 7, () => this.arrive(i));
    this.runUntil(3000);
    return (this.now * 100 + this.done) * 100 + this.failed * 10 + this.repaired + this.waiting.length * 7;
  }

  after(delay, action) {
    const event = new WorkEvent(this.now + delay, action);
    if (this.first === null || event.time < this.first.time) {
      event.next = this.first;
      this.first = event;
    } else {
      this.lastBefore(event.time).insert(event);
    }
  }

  // The last event that is not later than the time; there is one.
  lastBefore(time) {
    let event = this.first;
    for (;;) {
      const next = event.next;
      if (next === null || time < next.time) return event;
      event = next;
    }
  }

  runUntil(limit) {
    while (this.first !== null) {
      const event = this.first;
      if (event.time > limit) return;
      this.first = event.next;
      this.now = event.time;
      event.action();
    }
  }

  arrive(job) {
    if (this.busy) this.waiting.push(job);
    else this.start(job);
  }

  start(job) {
    this.busy = true;
    this.after(3 + (this.random.next() >> 8) % 9, () => this.finish(job));
  }

  finish(job) {
    this.busy = false;
    const isGood = this.tryOtherwise(() => this.inspect(job), (reason) => {
      this.failed++;
      if (reason > 4) this.after(reason, () => this.repair(job));
      return false;
    });
    if (isGood) this.done++;
    if (this.waiting.length > 0) this.start(this.waiting.shift());
  }

  repair(job) {
    this.repaired++;
    this.arrive(job);
  }

  // Runs the action; if it throws a failure, the handler gives the answer.
  tryOtherwise(action, handler) {
    try {
      return action();
    } catch (failure) {
      if (!(failure instanceof Failure)) throw failure;
      return handler(failure.reason);
    }
  }

  inspect(job) {
    this.measure(job, 4);
    return true;
  }

  // Some levels down it turns out that the job is bad.
  measure(job, depth) {
    const mark = (this.random.next() >> 8) % 64;
    if (mark < 4) throw new Failure(mark + depth);
    if (depth !== 0) this.measure(job, depth - 1);
  }
}

module.exports = repeats(() => new EventQueue().benchmark() === 11472173);
