-- Says how many messages per second a start of a node was asked to take for a tenant, and sums up all nodes.
-- KEYS[1] rates of the tenant: hash epoch -> {messages per second}|{valid until, ms}
-- ARGV[1] epoch  [2] messages per second  [3] how long it is valid, ms
-- returns {messages per second of all nodes, nodes}
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. '|' .. string.format('%.0f', now + ARGV[3]))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local all = redis.call('HGETALL', KEYS[1])
local sum, nodes = 0, 0
for i = 1, #all, 2 do
  local rate, till = string.match(all[i + 1], '^(%d+)|(%d+)$')
  if tonumber(till) < now then
    redis.call('HDEL', KEYS[1], all[i])
  else
    sum, nodes = sum + rate, nodes + 1
  end
end
return {sum, nodes}
