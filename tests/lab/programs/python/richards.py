"""Richards: an operating system's scheduler with six tasks that pass packets."""

IDLER, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = range(1, 7)
DEVICE_PACKET, WORK_PACKET = 1, 2


class Packet:
    def __init__(self, link, identity, kind):
        self.link = link
        self.identity = identity
        self.kind = kind
        self.datum = 1
        self.data = [0] * 4


def append(packet, queue):
    """Hangs `packet` to the end of `queue`; answers the queue's head."""
    packet.link = None
    if queue is None:
        return packet
    last = queue
    while last.link is not None:
        last = last.link
    last.link = packet
    return queue


class IdlerData:
    def __init__(self):
        self.control = 1
        self.count = 10000


class WorkerData:
    def __init__(self):
        self.destination = HANDLER_A
        self.count = 0


class HandlerData:
    def __init__(self):
        self.work_in = None
        self.device_in = None


class DeviceData:
    def __init__(self):
        self.pending = None


class Task:
    def __init__(self, link, identity, priority, packets, pending, waiting, function, data):
        self.link = link
        self.identity = identity
        self.priority = priority
        self.input = packets
        self.packet_pending = pending
        self.waiting = waiting
        self.holding = False
        self.function = function
        self.data = data

    def is_held_or_waiting(self):
        return self.holding or (not self.packet_pending and self.waiting)

    def is_waiting_with_packet(self):
        return self.packet_pending and self.waiting and not self.holding

    def add_input(self, packet, old_task):
        """Takes a packet from `old_task`; answers the task to run next."""
        if self.input is None:
            self.input = packet
            self.packet_pending = True
            if self.priority > old_task.priority:
                return self
        else:
            self.input = append(packet, self.input)
        return old_task

    def run_task(self):
        packet = None
        if self.is_waiting_with_packet():
            packet = self.input
            self.input = packet.link
            self.packet_pending = self.input is not None
            self.waiting = False
        return self.function(packet, self.data)


class Scheduler:
    def __init__(self):
        self.list = None
        self.tasks = [None] * 7
        self.current = None
        self.current_identity = 0
        self.queued = 0
        self.holds = 0

    def add(self, identity, priority, packets, pending, waiting, function, data):
        self.list = Task(self.list, identity, priority, packets, pending, waiting, function, data)
        self.tasks[identity] = self.list

    def wait(self):
        self.current.waiting = True
        return self.current

    def hold_self(self):
        self.holds += 1
        self.current.holding = True
        return self.current.link

    def release(self, identity):
        task = self.tasks[identity]
        task.holding = False
        return task if task.priority > self.current.priority else self.current

    def queue_packet(self, packet):
        task = self.tasks[packet.identity]
        self.queued += 1
        packet.link = None
        packet.identity = self.current_identity
        return task.add_input(packet, self.current)

    def add_idler(self):
        def idle(_, data):
            data.count -= 1
            if data.count == 0:
                return self.hold_self()
            if data.control % 2 == 0:
                data.control //= 2
                return self.release(DEVICE_A)
            data.control = (data.control // 2) ^ 53256
            return self.release(DEVICE_B)
        self.add(IDLER, 0, None, False, False, idle, IdlerData())

    def add_worker(self, packets):
        def work(packet, data):
            if packet is None:
                return self.wait()
            data.destination = HANDLER_B if data.destination == HANDLER_A else HANDLER_A
            packet.identity = data.destination
            packet.datum = 1
            for i in range(4):
                data.count += 1
                if data.count > 26:
                    data.count = 1
                packet.data[i] = 65 + data.count - 1
            return self.queue_packet(packet)
        self.add(WORKER, 1000, packets, True, True, work, WorkerData())

    def add_handler(self, identity, priority, packets):
        def handle(packet, data):
            if packet is not None:
                if packet.kind == WORK_PACKET:
                    data.work_in = append(packet, data.work_in)
                else:
                    data.device_in = append(packet, data.device_in)
            work = data.work_in
            if work is None:
                return self.wait()
            count = work.datum
            if count > 4:
                data.work_in = work.link
                return self.queue_packet(work)
            device = data.device_in
            if device is None:
                return self.wait()
            data.device_in = device.link
            device.datum = work.data[count - 1]
            work.datum = count + 1
            return self.queue_packet(device)
        self.add(identity, priority, packets, True, True, handle, HandlerData())

    def add_device(self, identity, priority):
        def operate(packet, data):
            if packet is None:
                pending = data.pending
                if pending is None:
                    return self.wait()
                data.pending = None
                return self.queue_packet(pending)
            data.pending = packet
            return self.hold_self()
        self.add(identity, priority, None, False, True, operate, DeviceData())

    def schedule(self):
        self.current = self.list
        while self.current is not None:
            if self.current.is_held_or_waiting():
                self.current = self.current.link
            else:
                self.current_identity = self.current.identity
                self.current = self.current.run_task()


def packets(identity, kind, count):
    queue = None
    for _ in range(count):
        queue = Packet(queue, identity, kind)
    return queue


def benchmark():
    scheduler = Scheduler()
    scheduler.add_idler()
    scheduler.add_worker(packets(WORKER, WORK_PACKET, 2))
    scheduler.add_handler(HANDLER_A, 2000, packets(DEVICE_A, DEVICE_PACKET, 3))
    scheduler.add_handler(HANDLER_B, 3000, packets(DEVICE_B, DEVICE_PACKET, 3))
    scheduler.add_device(DEVICE_A, 4000)
    scheduler.add_device(DEVICE_B, 5000)
    scheduler.schedule()
    return scheduler.queued == 23246 and scheduler.holds == 9297


def run(inner):
    for _ in range(inner):
        if not benchmark():
            return False
    return True
