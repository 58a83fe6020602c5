-- Operations on 32-bit words, answered as signed numbers: LuaJIT has them in a library, Lua 5.4 as
-- operators that LuaJIT cannot parse.
if bit then
  return {xor = bit.bxor, shl = bit.lshift, shr = bit.rshift, signed = bit.tobit}
end

return load([[
  local function signed(x)
    x = x & 0xffffffff
    if x >= 0x80000000 then return x - 0x100000000 end
    return x
  end
  return {
    signed = signed,
    xor = function(a, b) return signed(a ~ b) end,
    shl = function(x, n) return signed(x << n) end,
    shr = function(x, n) return signed((x & 0xffffffff) >> n) end,
  }
]])()
