// Richards: an operating system's scheduler with six tasks that pass packets.

#include <stdlib.h>
#include <string.h>

#include "programs.h"

enum Identity { kIdler, kWorker, kHandlerA, kHandlerB, kDeviceA, kDeviceB, kTasks };
enum Kind { kDevicePacket, kWorkPacket };
enum { kData = 4 };

struct Packet {
  struct Packet* link;
  enum Identity identity;
  enum Kind kind;
  int datum;
  int data[kData];
};

struct Task;
struct Scheduler;
typedef struct Task* Run(struct Scheduler* scheduler, struct Task* task, struct Packet* packet);

struct Task {
  struct Task* link;
  enum Identity identity;
  int priority;
  struct Packet* input;
  bool packet_pending, waiting, holding;
  Run* run;
  // What the four kinds of tasks remember.
  int control, count;
  enum Identity destination;
  struct Packet *work_in, *device_in, *pending;
};

struct Scheduler {
  struct Task* list;
  struct Task* current;
  struct Task tasks[kTasks];
  int queued, holds;
};

// Hangs `packet` to the end of `queue`; answers the queue's head.
static struct Packet* Append(struct Packet* packet, struct Packet* queue) {
  packet->link = NULL;
  if (queue == NULL) return packet;
  struct Packet* last = queue;
  while (last->link != NULL) last = last->link;
  last->link = packet;
  return queue;
}

static struct Task* Wait(struct Task* task) {
  task->waiting = true;
  return task;
}

static struct Task* HoldSelf(struct Scheduler* scheduler, struct Task* task) {
  ++scheduler->holds;
  task->holding = true;
  return task->link;
}

static struct Task* Release(struct Scheduler* scheduler, enum Identity identity) {
  struct Task* task = &scheduler->tasks[identity];
  task->holding = false;
  return task->priority > scheduler->current->priority ? task : scheduler->current;
}

static struct Task* QueuePacket(struct Scheduler* scheduler, struct Packet* packet) {
  struct Task* task = &scheduler->tasks[packet->identity];
  ++scheduler->queued;
  packet->link = NULL;
  packet->identity = scheduler->current->identity;
  if (task->input != NULL) {
    task->input = Append(packet, task->input);
    return scheduler->current;
  }
  task->input = packet;
  task->packet_pending = true;
  return task->priority > scheduler->current->priority ? task : scheduler->current;
}

static struct Task* RunIdler(struct Scheduler* scheduler, struct Task* task,
                             struct Packet* packet) {
  (void)packet;
  if (--task->count == 0) return HoldSelf(scheduler, task);
  const bool even = task->control % 2 == 0;
  task->control /= 2;
  if (even) return Release(scheduler, kDeviceA);
  task->control ^= 53256;
  return Release(scheduler, kDeviceB);
}

static struct Task* RunWorker(struct Scheduler* scheduler, struct Task* task,
                              struct Packet* packet) {
  if (packet == NULL) return Wait(task);
  task->destination = task->destination == kHandlerA ? kHandlerB : kHandlerA;
  packet->identity = task->destination;
  packet->datum = 0;
  for (int i = 0; i < kData; ++i) {
    task->count = task->count == 26 ? 1 : task->count + 1;
    packet->data[i] = 'A' + task->count - 1;
  }
  return QueuePacket(scheduler, packet);
}

static struct Task* RunHandler(struct Scheduler* scheduler, struct Task* task,
                               struct Packet* packet) {
  if (packet != NULL) {
    struct Packet** queue = packet->kind == kWorkPacket ? &task->work_in : &task->device_in;
    *queue = Append(packet, *queue);
  }
  struct Packet* work = task->work_in;
  if (work == NULL) return Wait(task);
  if (work->datum >= kData) {
    task->work_in = work->link;
    return QueuePacket(scheduler, work);
  }
  struct Packet* device = task->device_in;
  if (device == NULL) return Wait(task);
  task->device_in = device->link;
  device->datum = work->data[work->datum];
  ++work->datum;
  return QueuePacket(scheduler, device);
}

static struct Task* RunDevice(struct Scheduler* scheduler, struct Task* task,
                              struct Packet* packet) {
  if (packet != NULL) {
    task->pending = packet;
    return HoldSelf(scheduler, task);
  }
  struct Packet* pending = task->pending;
  if (pending == NULL) return Wait(task);
  task->pending = NULL;
  return QueuePacket(scheduler, pending);
}

static struct Task* AddTask(struct Scheduler* scheduler, enum Identity identity, int priority,
                            struct Packet* input, Run* run) {
  struct Task* task = &scheduler->tasks[identity];
  *task = (struct Task){.link = scheduler->list,
                        .identity = identity,
                        .priority = priority,
                        .input = input,
                        .packet_pending = input != NULL,
                        .waiting = true,
                        .run = run};
  scheduler->list = task;
  return task;
}

static struct Packet* Packets(struct Packet* storage, enum Identity identity, enum Kind kind,
                              int count) {
  struct Packet* queue = NULL;
  for (int i = 0; i < count; ++i) {
    storage[i] = (struct Packet){.link = queue, .identity = identity, .kind = kind};
    queue = &storage[i];
  }
  return queue;
}

static void Schedule(struct Scheduler* scheduler) {
  scheduler->current = scheduler->list;
  while (scheduler->current != NULL) {
    struct Task* task = scheduler->current;
    if (task->holding || (!task->packet_pending && task->waiting)) {
      scheduler->current = task->link;
      continue;
    }
    struct Packet* packet = NULL;
    if (task->packet_pending && task->waiting) {
      packet = task->input;
      task->input = packet->link;
      task->packet_pending = task->input != NULL;
      task->waiting = false;
    }
    scheduler->current = task->run(scheduler, task, packet);
  }
}

static bool RunOnce(void) {
  struct Scheduler scheduler = {0};
  struct Packet* packets = malloc(8 * sizeof *packets);
  struct Task* idler = AddTask(&scheduler, kIdler, 0, NULL, RunIdler);
  idler->waiting = false;
  idler->control = 1;
  idler->count = 10000;
  AddTask(&scheduler, kWorker, 1000, Packets(packets, kWorker, kWorkPacket, 2), RunWorker)
      ->destination = kHandlerA;
  AddTask(&scheduler, kHandlerA, 2000, Packets(packets + 2, kDeviceA, kDevicePacket, 3),
          RunHandler);
  AddTask(&scheduler, kHandlerB, 3000, Packets(packets + 5, kDeviceB, kDevicePacket, 3),
          RunHandler);
  AddTask(&scheduler, kDeviceA, 4000, NULL, RunDevice);
  AddTask(&scheduler, kDeviceB, 5000, NULL, RunDevice);
  Schedule(&scheduler);
  free(packets);
  return scheduler.queued == 23246 && scheduler.holds == 9297;
}

bool Richards(int inner) {
  for (int i = 0; i < inner; ++i) {
    if (!RunOnce()) return false;
  }
  return true;
}
