/** Richards: an operating system's scheduler with six tasks that pass packets. */
final class Richards {
    private static final int IDLER = 0;
    private static final int WORKER = 1;
    private static final int HANDLER_A = 2;
    private static final int HANDLER_B = 3;
    private static final int DEVICE_A = 4;
    private static final int DEVICE_B = 5;
    private static final int DATA = 4;

    private static final class Packet {
        private Packet link;
        private int identity;
        private final boolean isWork;
        private int datum;
        private final int[] data = new int[DATA];

        Packet(Packet link, int identity, boolean isWork) {
            this.link = link;
            this.identity = identity;
            this.isWork = isWork;
        }

        /** Hangs this packet to the end of a queue; answers the queue's head. */
        Packet appendTo(Packet queue) {
            link = null;
            if (queue == null) {
                return this;
            }
            Packet last = queue;
            while (last.link != null) {
                last = last.link;
            }
            last.link = this;
            return queue;
        }
    }

    private abstract class Task {
        private final Task link = list;
        private final int identity;
        private final int priority;
        private Packet input;
        private boolean packetPending;
        private boolean waiting;
        private boolean holding;

        Task(int identity, int priority, Packet input, boolean waiting) {
            this.identity = identity;
            this.priority = priority;
            this.input = input;
            this.waiting = waiting;
            packetPending = input != null;
            list = this;
            tasks[identity] = this;
        }

        /** Does the task's work with a packet or null; answers the task to run next. */
        abstract Task work(Packet packet);

        Task runTask() {
            Packet packet = null;
            if (packetPending && waiting) {
                packet = input;
                input = packet.link;
                packetPending = input != null;
                waiting = false;
            }
            return work(packet);
        }

        boolean isHeldOrWaiting() {
            return holding || (!packetPending && waiting);
        }

        Task await() {
            waiting = true;
            return this;
        }

        Task holdSelf() {
            holds++;
            holding = true;
            return link;
        }

        Task moreUrgent() {
            return priority > current.priority ? this : current;
        }

        Task addInput(Packet packet) {
            if (input != null) {
                input = packet.appendTo(input);
                return current;
            }
            input = packet;
            packetPending = true;
            return moreUrgent();
        }
    }

    private final class Idler extends Task {
        private int control = 1;
        private int count = 10000;

        Idler() {
            super(IDLER, 0, null, false);
        }

        @Override
        Task work(Packet packet) {
            count--;
            if (count == 0) {
                return holdSelf();
            }
            boolean even = control % 2 == 0;
            control /= 2;
            if (even) {
                return release(DEVICE_A);
            }
            control ^= 53256;
            return release(DEVICE_B);
        }
    }

    private final class Worker extends Task {
        private int destination = HANDLER_A;
        private int count;

        Worker(Packet input) {
            super(WORKER, 1000, input, true);
        }

        @Override
        Task work(Packet packet) {
            if (packet == null) {
                return await();
            }
            destination = destination == HANDLER_A ? HANDLER_B : HANDLER_A;
            packet.identity = destination;
            packet.datum = 0;
            for (int i = 0; i < DATA; i++) {
                count = count == 26 ? 1 : count + 1;
                packet.data[i] = 'A' + count - 1;
            }
            return queuePacket(packet);
        }
    }

    private final class Handler extends Task {
        private Packet workIn;
        private Packet deviceIn;

        Handler(int identity, int priority, Packet input) {
            super(identity, priority, input, true);
        }

        @Override
        Task work(Packet packet) {
            if (packet != null) {
                if (packet.isWork) {
                    workIn = packet.appendTo(workIn);
                } else {
                    deviceIn = packet.appendTo(deviceIn);
                }
            }
            Packet work = workIn;
            if (work == null) {
                return await();
            }
            if (work.datum >= DATA) {
                workIn = work.link;
                return queuePacket(work);
            }
            Packet device = deviceIn;
            if (device == null) {
                return await();
            }
            deviceIn = device.link;
            device.datum = work.data[work.datum];
            work.datum++;
            return queuePacket(device);
        }
    }

    private final class Device extends Task {
        private Packet pending;

        Device(int identity, int priority) {
            super(identity, priority, null, true);
        }

        @Override
        Task work(Packet packet) {
            if (packet != null) {
                pending = packet;
                return holdSelf();
            }
            Packet waited = pending;
            if (waited == null) {
                return await();
            }
            pending = null;
            return queuePacket(waited);
        }
    }

    private Task list;
    private Task current;
    private final Task[] tasks = new Task[6];
    private int queued;
    private int holds;

    private Task release(int identity) {
        Task task = tasks[identity];
        task.holding = false;
        return task.moreUrgent();
    }

    private Task queuePacket(Packet packet) {
        Task task = tasks[packet.identity];
        queued++;
        packet.link = null;
        packet.identity = current.identity;
        return task.addInput(packet);
    }

    private static Packet packets(int identity, boolean isWork, int count) {
        Packet queue = null;
        for (int i = 0; i < count; i++) {
            queue = new Packet(queue, identity, isWork);
        }
        return queue;
    }

    private boolean runOnce() {
        new Idler();
        new Worker(packets(WORKER, true, 2));
        new Handler(HANDLER_A, 2000, packets(DEVICE_A, false, 3));
        new Handler(HANDLER_B, 3000, packets(DEVICE_B, false, 3));
        new Device(DEVICE_A, 4000);
        new Device(DEVICE_B, 5000);
        for (current = list; current != null;) {
            current = current.isHeldOrWaiting() ? current.link : current.runTask();
        }
        return queued == 23246 && holds == 9297;
    }

    static boolean run(int inner) {
        for (int i = 0; i < inner; i++) {
            if (!new Richards().runOnce()) {
                return false;
            }
        }
        return true;
    }
}
