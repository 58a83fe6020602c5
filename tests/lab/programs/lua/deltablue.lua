-- DeltaBlue: an incremental constraint solver on a chain of equalities and a set of projections.
local FORWARD, BACKWARD = "forward", "backward"

local Strength = {}
Strength.__index = Strength

local STRENGTHS = {}
for name, value in pairs({absolute_strongest = -10000, required = -800, strong_preferred = -600,
                          preferred = -400, strong_default = -200, default = 0,
                          weak_default = 500, absolute_weakest = 10000}) do
  STRENGTHS[name] = setmetatable({value = value}, Strength)
end

function Strength:same_as(other) return self.value == other.value end
function Strength:stronger(other) return self.value < other.value end
function Strength:weaker(other) return self.value > other.value end
function Strength:weakest(other)
  if other:weaker(self) then return other end
  return self
end

-- A queue that can be walked, searched and sorted.
local Queue = {}
Queue.__index = Queue

function Queue.new(...) return setmetatable({first = 1, last = select("#", ...), items = {...}}, Queue) end
function Queue:is_empty() return self.first > self.last end

function Queue:add(element)
  self.last = self.last + 1
  self.items[self.last] = element
end

function Queue:remove_first()
  local element = self.items[self.first]
  self.items[self.first] = nil
  self.first = self.first + 1
  return element
end

function Queue:remove(element)
  local kept, count = {}, 0
  self:each(function(each)
    if each ~= element then
      count = count + 1
      kept[count] = each
    end
  end)
  self.items, self.first, self.last = kept, 1, count
end

function Queue:each(visit)
  for i = self.first, self.last do visit(self.items[i]) end
end

function Queue:sort(precedes)
  local sorted = {}
  self:each(function(each) sorted[#sorted + 1] = each end)
  table.sort(sorted, precedes)
  self.items, self.first, self.last = sorted, 1, #sorted
end

local Variable = {}
Variable.__index = Variable

function Variable.new(value)
  return setmetatable({value = value, constraints = Queue.new(), determined_by = nil,
                       walk_strength = STRENGTHS.absolute_weakest, stay = true, mark = 0}, Variable)
end

function Variable:add_constraint(constraint) self.constraints:add(constraint) end

function Variable:remove_constraint(constraint)
  self.constraints:remove(constraint)
  if self.determined_by == constraint then self.determined_by = nil end
end

local function class(parent)
  local new_class = setmetatable({}, {__index = parent})
  new_class.__index = new_class
  return new_class
end

local planner

local Constraint = class(nil)

function Constraint:is_input() return false end

function Constraint:add_constraint()
  self:add_to_graph()
  planner:incremental_add(self)
end

function Constraint:destroy()
  if self:is_satisfied() then planner:incremental_remove(self) end
  self:remove_from_graph()
end

function Constraint:inputs_known(mark)
  local known = true
  self:inputs_do(function(variable)
    if not (variable.mark == mark or variable.stay or variable.determined_by == nil) then
      known = false
    end
  end)
  return known
end

-- Tries to satisfy the constraint; answers the one it displaced, if any.
function Constraint:satisfy(mark)
  self:choose_method(mark)
  if not self:is_satisfied() then
    if self.strength:same_as(STRENGTHS.required) then
      error("Could not satisfy a required constraint")
    end
    return nil
  end
  self:inputs_do(function(variable) variable.mark = mark end)
  local out = self:output()
  local overridden = out.determined_by
  if overridden ~= nil then overridden:mark_unsatisfied() end
  out.determined_by = self
  if not planner:add_propagate(self, mark) then error("Cycle encountered") end
  out.mark = mark
  return overridden
end

local Unary = class(Constraint)

function Unary:initialize(variable, strength)
  self.strength = STRENGTHS[strength]
  self._output = variable
  self.satisfied = false
  self:add_constraint()
  return self
end

function Unary:is_satisfied() return self.satisfied end
function Unary:output() return self._output end
function Unary:inputs_do() end
function Unary:mark_unsatisfied() self.satisfied = false end
function Unary:execute() end

function Unary:add_to_graph()
  self._output:add_constraint(self)
  self.satisfied = false
end

function Unary:remove_from_graph()
  self._output:remove_constraint(self)
  self.satisfied = false
end

function Unary:choose_method(mark)
  self.satisfied = self._output.mark ~= mark and self.strength:stronger(self._output.walk_strength)
end

function Unary:recalculate()
  self._output.walk_strength = self.strength
  self._output.stay = not self:is_input()
  if self._output.stay then self:execute() end
end

local Stay = class(Unary)
function Stay.new(variable, strength) return setmetatable({}, Stay):initialize(variable, strength) end

local Edit = class(Unary)
function Edit.new(variable, strength) return setmetatable({}, Edit):initialize(variable, strength) end
function Edit:is_input() return true end

local Binary = class(Constraint)

function Binary:initialize(v1, v2, strength)
  self.strength = STRENGTHS[strength]
  self.v1, self.v2, self.direction = v1, v2, nil
  return self
end

function Binary:is_satisfied() return self.direction ~= nil end
function Binary:mark_unsatisfied() self.direction = nil end
function Binary:inputs_do(visit) visit(self:input()) end

function Binary:add_to_graph()
  self.v1:add_constraint(self)
  self.v2:add_constraint(self)
  self.direction = nil
end

function Binary:remove_from_graph()
  self.v1:remove_constraint(self)
  self.v2:remove_constraint(self)
  self.direction = nil
end

function Binary:input()
  if self.direction == FORWARD then return self.v1 end
  return self.v2
end

function Binary:output()
  if self.direction == FORWARD then return self.v2 end
  return self.v1
end

function Binary:choose_method(mark)
  local v1, v2, strength = self.v1, self.v2, self.strength
  local function towards(variable, direction)
    return strength:stronger(variable.walk_strength) and direction or nil
  end
  if v1.mark == mark then
    self.direction = v2.mark ~= mark and towards(v2, FORWARD) or nil
  elseif v2.mark == mark then
    self.direction = v1.mark ~= mark and towards(v1, BACKWARD) or nil
  elseif v1.walk_strength:weaker(v2.walk_strength) then
    self.direction = towards(v1, BACKWARD)
  else
    self.direction = towards(v2, FORWARD)
  end
end

function Binary:recalculate()
  local input, out = self:input(), self:output()
  out.walk_strength = self.strength:weakest(input.walk_strength)
  out.stay = input.stay
  if out.stay then self:execute() end
end

local Equality = class(Binary)

function Equality.new(v1, v2, strength)
  local constraint = setmetatable({}, Equality):initialize(v1, v2, strength)
  constraint:add_constraint()
  return constraint
end

function Equality:execute() self:output().value = self:input().value end

local Scale = class(Binary)

function Scale.new(source, scale, offset, destination, strength)
  local constraint = setmetatable({}, Scale):initialize(source, destination, strength)
  constraint.scale, constraint.offset = scale, offset
  constraint:add_constraint()
  return constraint
end

function Scale:add_to_graph()
  Binary.add_to_graph(self)
  self.scale:add_constraint(self)
  self.offset:add_constraint(self)
end

function Scale:remove_from_graph()
  Binary.remove_from_graph(self)
  self.scale:remove_constraint(self)
  self.offset:remove_constraint(self)
end

function Scale:inputs_do(visit)
  Binary.inputs_do(self, visit)
  visit(self.scale)
  visit(self.offset)
end

function Scale:execute()
  if self.direction == FORWARD then
    self.v2.value = self.v1.value * self.scale.value + self.offset.value
  else
    self.v1.value = math.floor((self.v2.value - self.offset.value) / self.scale.value)
  end
end

function Scale:recalculate()
  local input, out = self:input(), self:output()
  out.walk_strength = self.strength:weakest(input.walk_strength)
  out.stay = input.stay and self.scale.stay and self.offset.stay
  if out.stay then self:execute() end
end

local Planner = {}
Planner.__index = Planner

function Planner.new() return setmetatable({mark = 1}, Planner) end

function Planner:new_mark()
  self.mark = self.mark + 1
  return self.mark
end

function Planner:incremental_add(constraint)
  local mark = self:new_mark()
  local overridden = constraint:satisfy(mark)
  while overridden ~= nil do overridden = overridden:satisfy(mark) end
end

function Planner:incremental_remove(constraint)
  local out = constraint:output()
  constraint:mark_unsatisfied()
  constraint:remove_from_graph()
  self:remove_propagate_from(out):each(function(each) self:incremental_add(each) end)
end

function Planner:add_propagate(constraint, mark)
  local todo = Queue.new(constraint)
  while not todo:is_empty() do
    local each = todo:remove_first()
    if each:output().mark == mark then
      self:incremental_remove(constraint)
      return false
    end
    each:recalculate()
    self:add_consumers(each:output(), todo)
  end
  return true
end

function Planner:remove_propagate_from(out)
  out.determined_by = nil
  out.walk_strength = STRENGTHS.absolute_weakest
  out.stay = true
  local unsatisfied, todo = Queue.new(), Queue.new(out)
  while not todo:is_empty() do
    local variable = todo:remove_first()
    variable.constraints:each(function(each)
      if not each:is_satisfied() then unsatisfied:add(each) end
    end)
    self:consumers_do(variable, function(each)
      each:recalculate()
      todo:add(each:output())
    end)
  end
  unsatisfied:sort(function(a, b) return a.strength:stronger(b.strength) end)
  return unsatisfied
end

function Planner:consumers_do(variable, visit)
  local determining = variable.determined_by
  variable.constraints:each(function(each)
    if each ~= determining and each:is_satisfied() then visit(each) end
  end)
end

function Planner:add_consumers(variable, todo)
  self:consumers_do(variable, function(each) todo:add(each) end)
end

function Planner:extract_plan(constraints)
  local sources = Queue.new()
  for _, each in ipairs(constraints) do
    if each:is_input() and each:is_satisfied() then sources:add(each) end
  end
  return self:make_plan(sources)
end

function Planner:make_plan(todo)
  local mark, plan = self:new_mark(), Queue.new()
  while not todo:is_empty() do
    local constraint = todo:remove_first()
    if constraint:output().mark ~= mark and constraint:inputs_known(mark) then
      plan:add(constraint)
      constraint:output().mark = mark
      self:add_consumers(constraint:output(), todo)
    end
  end
  return plan
end

local function execute(plan) plan:each(function(constraint) constraint:execute() end) end

local function chain_test(n)
  planner = Planner.new()
  local variables = {}
  for i = 1, n + 1 do variables[i] = Variable.new(0) end
  for i = 1, n do Equality.new(variables[i], variables[i + 1], "required") end
  Stay.new(variables[n + 1], "strong_default")
  local edit = Edit.new(variables[1], "preferred")
  local plan = planner:extract_plan({edit})
  for i = 1, 100 do
    variables[1].value = i
    execute(plan)
    if variables[n + 1].value ~= i then error("Chain test failed") end
  end
  edit:destroy()
  return planner.mark
end

local function change(variable, value)
  local edit = Edit.new(variable, "preferred")
  local plan = planner:extract_plan({edit})
  for _ = 1, 10 do
    variable.value = value
    execute(plan)
  end
  edit:destroy()
end

local function projection_test(n)
  planner = Planner.new()
  local scale, offset, destinations = Variable.new(10), Variable.new(1000), {}
  local source, destination
  for i = 1, n do
    source, destination = Variable.new(i), Variable.new(i)
    destinations[i] = destination
    Stay.new(source, "default")
    Scale.new(source, scale, offset, destination, "required")
  end
  change(source, 17)
  if destination.value ~= 1170 then error("Projection test 1 failed") end
  change(destination, 1050)
  if source.value ~= 5 then error("Projection test 2 failed") end
  change(scale, 5)
  for i = 1, n - 1 do
    if destinations[i].value ~= i * 5 + 1000 then error("Projection test 3 failed") end
  end
  change(offset, 2000)
  for i = 1, n - 1 do
    if destinations[i].value ~= i * 5 + 2000 then error("Projection test 4 failed") end
  end
  return planner.mark
end

return function(inner)
  return chain_test(inner) + projection_test(inner) == 3 * inner + 16
end
