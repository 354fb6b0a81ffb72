-- Takes one start of a node out of the members.
-- KEYS[1] nodes: hash, see join-node.lua
-- ARGV[1] epoch  [2] 1: only if it is dead or its lease ran out
-- returns {removed 0 or 1}
local field = redis.call('HGET', KEYS[1], ARGV[1])
if not field then
  return {0}
end
if ARGV[2] == '1' then
  local t = redis.call('TIME')
  local now = t[1] * 1000 + math.floor(t[2] / 1000)
  local s, till = string.match(field, '^(.)|(%d+)|')
  if s == 'L' and tonumber(till) > now then
    return {0}
  end
end
return {redis.call('HDEL', KEYS[1], ARGV[1])}
