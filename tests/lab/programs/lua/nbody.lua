-- The planets' orbits: bodies as objects with accessors, energy as the check.
local PI, DAYS_PER_YEAR = 3.141592653589793, 365.24
local SOLAR_MASS = 4 * PI * PI
local EXPECTED = {[1] = -0.16907495402506745, [10] = -0.16907302171469984,
                  [1000] = -0.169087605234606, [5000] = -0.16902000037197631,
                  [200000] = -0.16908371256962418, [250000] = -0.1690859889909308}

local Body = {}
Body.__index = Body

function Body.new(x, y, z, vx, vy, vz, mass)
  return setmetatable({x = x, y = y, z = z, vx = vx * DAYS_PER_YEAR, vy = vy * DAYS_PER_YEAR,
                       vz = vz * DAYS_PER_YEAR, mass = mass * SOLAR_MASS}, Body)
end

function Body:offset_momentum(px, py, pz)
  self.vx = 0.0 - (px / SOLAR_MASS)
  self.vy = 0.0 - (py / SOLAR_MASS)
  self.vz = 0.0 - (pz / SOLAR_MASS)
end

local System = {}
System.__index = System

function System.new()
  local bodies = {
    Body.new(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
    Body.new(4.8414314424647209, -1.16032004402742839, -0.103622044471123109,
             0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023,
             0.000954791938424326609),
    Body.new(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
             -0.00276742510726862411, 0.00499852801234917238, 0.0000230417297573763929,
             0.000285885980666130812),
    Body.new(12.894369562139131, -15.1111514016986312, -0.223307578892655734,
             0.00296460137564761618, 0.0023784717395948095, -0.0000296589568540237556,
             0.0000436624404335156298),
    Body.new(15.3796971148509165, -25.9193146099879641, 0.179258772950371181,
             0.00268067772490389322, 0.00162824170038242295, -0.000095159225451971587,
             0.0000515138902046611451)}
  local px, py, pz = 0.0, 0.0, 0.0
  for _, body in ipairs(bodies) do
    px = px + body.vx * body.mass
    py = py + body.vy * body.mass
    pz = pz + body.vz * body.mass
  end
  bodies[1]:offset_momentum(px, py, pz)
  return setmetatable({bodies = bodies}, System)
end

function System:advance(dt)
  local bodies = self.bodies
  for i = 1, #bodies do
    local a = bodies[i]
    for j = i + 1, #bodies do
      local b = bodies[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      local squared = dx * dx + dy * dy + dz * dz
      local magnitude = dt / (squared * math.sqrt(squared))
      a.vx = a.vx - dx * b.mass * magnitude
      a.vy = a.vy - dy * b.mass * magnitude
      a.vz = a.vz - dz * b.mass * magnitude
      b.vx = b.vx + dx * a.mass * magnitude
      b.vy = b.vy + dy * a.mass * magnitude
      b.vz = b.vz + dz * a.mass * magnitude
    end
  end
  for _, body in ipairs(bodies) do
    body.x = body.x + dt * body.vx
    body.y = body.y + dt * body.vy
    body.z = body.z + dt * body.vz
  end
end

function System:energy()
  local bodies, e = self.bodies, 0.0
  for i = 1, #bodies do
    local a = bodies[i]
    e = e + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
    for j = i + 1, #bodies do
      local b = bodies[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      e = e - a.mass * b.mass / math.sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  return e
end

return function(inner)
  local system = System.new()
  for _ = 1, inner do system:advance(0.01) end
  return math.abs(system:energy() - (EXPECTED[inner] or -0.169)) <= (EXPECTED[inner] and 1e-15 or 0.001)
end
