# Runs a program of this folder as the SOM suite's harness would: harness.rb NAME ITERATIONS INNER.
# A program defines a module of its name whose `run` takes the inner value and answers whether the
# result is right. Time is processor time, as in the Lua harness.

name, iterations, inner = ARGV[0], ARGV[1].to_i, ARGV[2].to_i
require_relative name.downcase
program = Object.const_get(name)

# Microseconds of processor time; of its clocks, the one that JRuby has, too.
def processor_time
  times = Process.times
  ((times.utime + times.stime) * 1e6).round
end

iterations.times do
  start = processor_time
  verified = program.run(inner)
  time = processor_time - start
  abort("#{name}: Benchmark failed with incorrect result") unless verified
  puts "#{name}: iterations=1 runtime: #{time}us"
end
