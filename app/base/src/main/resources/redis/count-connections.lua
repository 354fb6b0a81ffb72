-- Reports how much of a tenant's quota a start of a node has, unless it took or gave some meanwhile, and extends it.
-- KEYS[1] connections of the tenant: hash, see admit-connection.lua
-- ARGV[1] epoch  [2] count  [3] changes the count is of; -1 says nothing known before  [4] lease of a node, ms
-- returns {said 0 or 1, changes}
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local lease = tonumber(ARGV[4])
local field = redis.call('HGET', KEYS[1], ARGV[1])
local count, changes, said = ARGV[2], 0, 1
if field then
  local before, till, n = string.match(field, '^(%d+)|(%d+)|(%d+)$')
  changes = tonumber(n)
  if n ~= ARGV[3] then
    count, said = before, 0
  end
elseif count == '0' then
  return {1, 0}
end
redis.call('HSET', KEYS[1], ARGV[1], count .. '|' .. string.format('%.0f|%.0f', now + lease, changes))
if redis.call('PTTL', KEYS[1]) < lease then
  redis.call('PEXPIRE', KEYS[1], lease)
end
return {said, changes}
