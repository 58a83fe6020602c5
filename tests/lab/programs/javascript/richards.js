// Richards: an operating system's scheduler with six tasks that pass packets.
'use strict';

const IDLER = 1, WORKER = 2, HANDLER_A = 3, HANDLER_B = 4, DEVICE_A = 5, DEVICE_B = 6;
const DEVICE_PACKET = 1, WORK_PACKET = 2;

class Packet {
  constructor(link, identity, kind) {
    this.link = link;
    this.identity = identity;
    this.kind = kind;
    this.datum = 1;
    this.data = [0, 0, 0, 0];
  }
}

// Hangs `packet` to the end of `queue`; answers the queue's head.
function append(packet, queue) {
  packet.link = null;
  if (queue === null) return packet;
  let last = queue;
  while (last.link !== null) last = last.link;
  last.link = packet;
  return queue;
}

class Task {
  constructor(link, identity, priority, input, pending, waiting, run, data) {
    this.link = link;
    this.identity = identity;
    this.priority = priority;
    this.input = input;
    this.packetPending = pending;
    this.waiting = waiting;
    this.holding = false;
    this.run = run;
    this.data = data;
  }

  isHeldOrWaiting() {
    return this.holding || (!this.packetPending && this.waiting);
  }

  isWaitingWithPacket() {
    return this.packetPending && this.waiting && !this.holding;
  }

  // Takes a packet from `oldTask`; answers the task to run next.
  addInput(packet, oldTask) {
    if (this.input === null) {
      this.input = packet;
      this.packetPending = true;
      if (this.priority > oldTask.priority) return this;
    } else {
      this.input = append(packet, this.input);
    }
    return oldTask;
  }

  runTask() {
    let packet = null;
    if (this.isWaitingWithPacket()) {
      packet = this.input;
      this.input = packet.link;
      this.packetPending = this.input !== null;
      this.waiting = false;
    }
    return this.run(packet, this.data);
  }
}

class Scheduler {
  constructor() {
    this.list = null;
    this.tasks = [null, null, null, null, null, null, null];
    this.current = null;
    this.currentIdentity = 0;
    this.queued = 0;
    this.holds = 0;
  }

  add(identity, priority, input, pending, waiting, run, data) {
    this.list = new Task(this.list, identity, priority, input, pending, waiting, run, data);
    this.tasks[identity] = this.list;
  }

  wait() {
    this.current.waiting = true;
    return this.current;
  }

  holdSelf() {
    this.holds++;
    this.current.holding = true;
    return this.current.link;
  }

  release(identity) {
    const task = this.tasks[identity];
    task.holding = false;
    return task.priority > this.current.priority ? task : this.current;
  }

  queuePacket(packet) {
    const task = this.tasks[packet.identity];
    this.queued++;
    packet.link = null;
    packet.identity = this.currentIdentity;
    return task.addInput(packet, this.current);
  }

  addIdler() {
    this.add(IDLER, 0, null, false, false, (packet, data) => {
      data.count--;
      if (data.count === 0) return this.holdSelf();
      if (data.control % 2 === 0) {
        data.control = data.control / 2;
        return this.release(DEVICE_A);
      }
      data.control = Math.floor(data.control / 2) ^ 53256;
      return this.release(DEVICE_B);
    }, {control: 1, count: 10000});
  }

  addWorker(input) {
    this.add(WORKER, 1000, input, true, true, (packet, data) => {
      if (packet === null) return this.wait();
      data.destination = data.destination === HANDLER_A ? HANDLER_B : HANDLER_A;
      packet.identity = data.destination;
      packet.datum = 1;
      for (let i = 0; i < 4; i++) {
        data.count++;
        if (data.count > 26) data.count = 1;
        packet.data[i] = 65 + data.count - 1;
      }
      return this.queuePacket(packet);
    }, {destination: HANDLER_A, count: 0});
  }

  addHandler(identity, priority, input) {
    this.add(identity, priority, input, true, true, (packet, data) => {
      if (packet !== null) {
        if (packet.kind === WORK_PACKET) {
          data.workIn = append(packet, data.workIn);
        } else {
          data.deviceIn = append(packet, data.deviceIn);
        }
      }
      const work = data.workIn;
      if (work === null) return this.wait();
      const count = work.datum;
      if (count > 4) {
        data.workIn = work.link;
        return this.queuePacket(work);
      }
      const device = data.deviceIn;
      if (device === null) return this.wait();
      data.deviceIn = device.link;
      device.datum = work.data[count - 1];
      work.datum = count + 1;
      return this.queuePacket(device);
    }, {workIn: null, deviceIn: null});
  }

  addDevice(identity, priority) {
    this.add(identity, priority, null, false, true, (packet, data) => {
      if (packet === null) {
        const pending = data.pending;
        if (pending === null) return this.wait();
        data.pending = null;
        return this.queuePacket(pending);
      }
      data.pending = packet;
      return this.holdSelf();
    }, {pending: null});
  }

  schedule() {
    this.current = this.list;
    while (this.current !== null) {
      if (this.current.isHeldOrWaiting()) {
        this.current = this.current.link;
      } else {
        this.currentIdentity = this.current.identity;
        this.current = this.current.runTask();
      }
    }
  }
}

function packets(identity, kind, count) {
  let queue = null;
  for (let i = 0; i < count; i++) queue = new Packet(queue, identity, kind);
  return queue;
}

function benchmark() {
  const scheduler = new Scheduler();
  scheduler.addIdler();
  scheduler.addWorker(packets(WORKER, WORK_PACKET, 2));
  scheduler.addHandler(HANDLER_A, 2000, packets(DEVICE_A, DEVICE_PACKET, 3));
  scheduler.addHandler(HANDLER_B, 3000, packets(DEVICE_B, DEVICE_PACKET, 3));
  scheduler.addDevice(DEVICE_A, 4000);
  scheduler.addDevice(DEVICE_B, 5000);
  scheduler.schedule();
  return scheduler.queued === 23246 && scheduler.holds === 9297;
}

module.exports = (inner) => {
  for (let i = 0; i < inner; i++) {
    if (!benchmark()) return false;
  }
  return true;
};
