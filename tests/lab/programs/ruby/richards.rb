# Richards: an operating system's scheduler with six tasks that pass packets.
module Richards
  IDLER, WORKER, HANDLER_A, HANDLER_B, DEVICE_A, DEVICE_B = *1..6
  DEVICE_PACKET, WORK_PACKET = 1, 2

  class Packet
    attr_accessor :link, :identity, :kind, :datum, :data

    def initialize(link, identity, kind)
      @link = link
      @identity = identity
      @kind = kind
      @datum = 1
      @data = Array.new(4, 0)
    end
  end

  class IdlerData
    attr_accessor :control, :count

    def initialize
      @control = 1
      @count = 10_000
    end
  end

  class WorkerData
    attr_accessor :destination, :count

    def initialize
      @destination = HANDLER_A
      @count = 0
    end
  end

  class HandlerData
    attr_accessor :work_in, :device_in
  end

  class DeviceData
    attr_accessor :pending
  end

  # Hangs `packet` to the end of `queue`; answers the queue's head.
  def self.append(packet, queue)
    packet.link = nil
    return packet if queue.nil?

    last = queue
    last = last.link until last.link.nil?
    last.link = packet
    queue
  end

  class Task
    attr_accessor :link, :identity, :priority, :waiting, :holding

    def initialize(link, identity, priority, packets, pending, waiting, data, &function)
      @link = link
      @identity = identity
      @priority = priority
      @input = packets
      @packet_pending = pending
      @waiting = waiting
      @holding = false
      @function = function
      @data = data
    end

    def held_or_waiting?
      @holding || (!@packet_pending && @waiting)
    end

    def waiting_with_packet?
      @packet_pending && @waiting && !@holding
    end

    # Takes a packet from `old_task`; answers the task to run next.
    def add_input(packet, old_task)
      if @input.nil?
        @input = packet
        @packet_pending = true
        return self if @priority > old_task.priority
      else
        @input = Richards.append(packet, @input)
      end
      old_task
    end

    def run_task
      packet = nil
      if waiting_with_packet?
        packet = @input
        @input = packet.link
        @packet_pending = !@input.nil?
        @waiting = false
      end
      @function.call(packet, @data)
    end
  end

  class Scheduler
    attr_reader :queued, :holds

    def initialize
      @list = nil
      @tasks = Array.new(7)
      @current = nil
      @current_identity = 0
      @queued = 0
      @holds = 0
    end

    def add(identity, priority, packets, pending, waiting, data, &function)
      @list = Task.new(@list, identity, priority, packets, pending, waiting, data, &function)
      @tasks[identity] = @list
    end

    def wait
      @current.waiting = true
      @current
    end

    def hold_self
      @holds += 1
      @current.holding = true
      @current.link
    end

    def release(identity)
      task = @tasks[identity]
      task.holding = false
      task.priority > @current.priority ? task : @current
    end

    def queue_packet(packet)
      task = @tasks[packet.identity]
      @queued += 1
      packet.link = nil
      packet.identity = @current_identity
      task.add_input(packet, @current)
    end

    def add_idler
      add(IDLER, 0, nil, false, false, IdlerData.new) do |_, data|
        data.count -= 1
        if data.count.zero?
          hold_self
        elsif data.control.even?
          data.control /= 2
          release(DEVICE_A)
        else
          data.control = (data.control / 2) ^ 53_256
          release(DEVICE_B)
        end
      end
    end

    def add_worker(packets)
      add(WORKER, 1000, packets, true, true, WorkerData.new) do |packet, data|
        packet.nil? ? wait : fill(packet, data)
      end
    end

    def fill(packet, data)
      data.destination = data.destination == HANDLER_A ? HANDLER_B : HANDLER_A
      packet.identity = data.destination
      packet.datum = 1
      4.times do |i|
        data.count += 1
        data.count = 1 if data.count > 26
        packet.data[i] = 65 + data.count - 1
      end
      queue_packet(packet)
    end

    def add_handler(identity, priority, packets)
      add(identity, priority, packets, true, true, HandlerData.new) do |packet, data|
        if !packet.nil?
          if packet.kind == WORK_PACKET
            data.work_in = Richards.append(packet, data.work_in)
          else
            data.device_in = Richards.append(packet, data.device_in)
          end
        end
        handle(data)
      end
    end

    def handle(data)
      work = data.work_in
      return wait if work.nil?

      count = work.datum
      if count > 4
        data.work_in = work.link
        return queue_packet(work)
      end
      device = data.device_in
      return wait if device.nil?

      data.device_in = device.link
      device.datum = work.data[count - 1]
      work.datum = count + 1
      queue_packet(device)
    end

    def add_device(identity, priority)
      add(identity, priority, nil, false, true, DeviceData.new) do |packet, data|
        if packet.nil?
          pending = data.pending
          data.pending = nil
          pending.nil? ? wait : queue_packet(pending)
        else
          data.pending = packet
          hold_self
        end
      end
    end

    def schedule
      @current = @list
      until @current.nil?
        if @current.held_or_waiting?
          @current = @current.link
        else
          @current_identity = @current.identity
          @current = @current.run_task
        end
      end
    end
  end

  def self.packets(identity, kind, count)
    queue = nil
    count.times { queue = Packet.new(queue, identity, kind) }
    queue
  end

  def self.benchmark
    scheduler = Scheduler.new
    scheduler.add_idler
    scheduler.add_worker(packets(WORKER, WORK_PACKET, 2))
    scheduler.add_handler(HANDLER_A, 2000, packets(DEVICE_A, DEVICE_PACKET, 3))
    scheduler.add_handler(HANDLER_B, 3000, packets(DEVICE_B, DEVICE_PACKET, 3))
    scheduler.add_device(DEVICE_A, 4000)
    scheduler.add_device(DEVICE_B, 5000)
    scheduler.schedule
    scheduler.queued == 23_246 && scheduler.holds == 9297
  end

  def self.run(inner)
    inner.times { return false unless benchmark }
    true
  end
end
