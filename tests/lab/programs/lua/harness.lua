-- Runs a program of this folder as the SOM suite's harness would: harness.lua NAME ITERATIONS INNER.
-- A program is a module (the name in lower case) that answers a function: inner value -> verified?
-- Time is processor time, the finest clock that plain Lua has.
local name, iterations, inner = arg[1], tonumber(arg[2]), tonumber(arg[3])
local run = require(name:lower())

for _ = 1, iterations do
  local start = os.clock()
  local verified = run(inner)
  local microseconds = math.floor((os.clock() - start) * 1e6 + 0.5)
  if not verified then
    io.stderr:write(name, ": Benchmark failed with incorrect result\n")
    os.exit(1)
  end
  print(string.format("%s: iterations=1 runtime: %dus", name, microseconds))
end
