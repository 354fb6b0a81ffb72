-- Says which nodes of the cluster are live; changes nothing.
-- KEYS[1] nodes: hash, see join-node.lua
-- returns {epoch, endpoint, node, epoch, ...}
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local fields = redis.call('HGETALL', KEYS[1])
local live = {}
for i = 1, #fields, 2 do
  local s, till, endpoint, node = string.match(fields[i + 1], '^(.)|(%d+)|([^|]*)|(.*)$')
  if s == 'L' and tonumber(till) > now then
    live[#live + 1] = fields[i]
    live[#live + 1] = endpoint
    live[#live + 1] = node
  end
end
return live
