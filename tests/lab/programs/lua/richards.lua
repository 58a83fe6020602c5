-- Richards: an operating system's scheduler with six tasks that pass packets.
local bits = require("bits")

local IDLER, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = 1, 2, 3, 4, 5, 6
local DEVICE_PACKET, WORK_PACKET = 1, 2

local Packet = {}
Packet.__index = Packet

function Packet.new(link, identity, kind)
  return setmetatable({link = link, identity = identity, kind = kind, datum = 1,
                       data = {0, 0, 0, 0}}, Packet)
end

-- Hangs `packet` to the end of `queue`; answers the queue's head.
local function append(packet, queue)
  packet.link = nil
  if queue == nil then return packet end
  local last = queue
  while last.link ~= nil do last = last.link end
  last.link = packet
  return queue
end

local Task = {}
Task.__index = Task

function Task.new(link, identity, priority, input, state, run, data)
  return setmetatable({link = link, identity = identity, priority = priority, input = input,
                       packet_pending = state.packet_pending, waiting = state.waiting,
                       holding = false, run = run, data = data}, Task)
end

function Task:is_held_or_waiting()
  return self.holding or (not self.packet_pending and self.waiting)
end

function Task:is_waiting_with_packet()
  return self.packet_pending and self.waiting and not self.holding
end

-- Takes a packet from `old_task`; answers the task to run next.
function Task:add_input(packet, old_task)
  if self.input == nil then
    self.input = packet
    self.packet_pending = true
    if self.priority > old_task.priority then return self end
  else
    self.input = append(packet, self.input)
  end
  return old_task
end

function Task:run_task()
  local packet
  if self:is_waiting_with_packet() then
    packet = self.input
    self.input = packet.link
    self.packet_pending = self.input ~= nil
    self.waiting = false
  end
  return self.run(packet, self.data)
end

local Scheduler = {}
Scheduler.__index = Scheduler

function Scheduler:add(identity, priority, input, state, run, data)
  local task = Task.new(self.list, identity, priority, input, state, run, data)
  self.list = task
  self.tasks[identity] = task
end

function Scheduler:wait()
  self.current.waiting = true
  return self.current
end

function Scheduler:hold_self()
  self.holds = self.holds + 1
  self.current.holding = true
  return self.current.link
end

function Scheduler:release(identity)
  local task = self.tasks[identity]
  task.holding = false
  if task.priority > self.current.priority then return task end
  return self.current
end

function Scheduler:queue_packet(packet)
  local task = self.tasks[packet.identity]
  self.queued = self.queued + 1
  packet.link = nil
  packet.identity = self.current_identity
  return task:add_input(packet, self.current)
end

function Scheduler:add_idler()
  self:add(IDLER, 0, nil, {packet_pending = false, waiting = false}, function(_, data)
    data.count = data.count - 1
    if data.count == 0 then return self:hold_self() end
    if data.control % 2 == 0 then
      data.control = data.control / 2
      return self:release(DEVICE_A)
    end
    data.control = bits.xor(math.floor(data.control / 2), 53256)
    return self:release(DEVICE_B)
  end, {control = 1, count = 10000})
end

function Scheduler:add_worker(input)
  self:add(WORKER, 1000, input, {packet_pending = true, waiting = true}, function(packet, data)
    if packet == nil then return self:wait() end
    data.destination = data.destination == HANDLER_A and HANDLER_B or HANDLER_A
    packet.identity = data.destination
    packet.datum = 1
    for i = 1, 4 do
      data.count = data.count + 1
      if data.count > 26 then data.count = 1 end
      packet.data[i] = 65 + data.count - 1
    end
    return self:queue_packet(packet)
  end, {destination = HANDLER_A, count = 0})
end

function Scheduler:add_handler(identity, priority, input)
  self:add(identity, priority, input, {packet_pending = true, waiting = true}, function(packet, data)
    if packet ~= nil then
      if packet.kind == WORK_PACKET then
        data.work_in = append(packet, data.work_in)
      else
        data.device_in = append(packet, data.device_in)
      end
    end
    local work = data.work_in
    if work == nil then return self:wait() end
    local count = work.datum
    if count > 4 then
      data.work_in = work.link
      return self:queue_packet(work)
    end
    local device = data.device_in
    if device == nil then return self:wait() end
    data.device_in = device.link
    device.datum = work.data[count]
    work.datum = count + 1
    return self:queue_packet(device)
  end, {work_in = nil, device_in = nil})
end

function Scheduler:add_device(identity, priority)
  self:add(identity, priority, nil, {packet_pending = false, waiting = true}, function(packet, data)
    if packet == nil then
      local pending = data.pending
      if pending == nil then return self:wait() end
      data.pending = nil
      return self:queue_packet(pending)
    end
    data.pending = packet
    return self:hold_self()
  end, {pending = nil})
end

function Scheduler:schedule()
  self.current = self.list
  while self.current ~= nil do
    if self.current:is_held_or_waiting() then
      self.current = self.current.link
    else
      self.current_identity = self.current.identity
      self.current = self.current:run_task()
    end
  end
end

local function packets(identity, kind, count)
  local queue
  for _ = 1, count do queue = Packet.new(queue, identity, kind) end
  return queue
end

local function benchmark()
  local scheduler = setmetatable({list = nil, tasks = {}, queued = 0, holds = 0}, Scheduler)
  scheduler:add_idler()
  scheduler:add_worker(packets(WORKER, WORK_PACKET, 2))
  scheduler:add_handler(HANDLER_A, 2000, packets(DEVICE_A, DEVICE_PACKET, 3))
  scheduler:add_handler(HANDLER_B, 3000, packets(DEVICE_B, DEVICE_PACKET, 3))
  scheduler:add_device(DEVICE_A, 4000)
  scheduler:add_device(DEVICE_B, 5000)
  scheduler:schedule()
  return scheduler.queued == 23246 and scheduler.holds == 9297
end

return function(inner)
  for _ = 1, inner do
    if not benchmark() then return false end
  end
  return true
end
