-- Takes one connection of a tenant's quota for a start of a node.
-- KEYS[1] connections of the tenant: hash, epoch -> count|until|changes
--         until: ms of this server's clock; changes: how often that start took one or gave one back
-- ARGV[1] epoch  [2] connections there may be in all  [3] lease of a node, ms
--     [4] epoch that gives one to this one: always passes; empty takes a free one
--     [5] connections of the epoch, should they be unknown here  [6...] dead epochs
-- returns {taken 0 or 1, changes}
local dead = {}
for i = 6, #ARGV do dead[ARGV[i]] = true end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local lease = tonumber(ARGV[3])

local others, own, changes = 0, tonumber(ARGV[5]), 0
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local count, till, n = string.match(fields[i + 1], '^(%d+)|(%d+)|(%d+)$')
  count = tonumber(count)
  if fields[i] == ARGV[1] then
    own, changes = count, tonumber(n)
  elseif tonumber(till) <= now then
    redis.call('HDEL', KEYS[1], fields[i])
  elseif fields[i] == ARGV[4] and count > 0 then
    redis.call('HSET', KEYS[1], fields[i], string.format('%.0f', count - 1) .. '|' .. till .. '|' .. n)
  elseif not dead[fields[i]] then
    others = others + count
  end
end
if ARGV[4] == '' and own + others >= tonumber(ARGV[2]) then
  return {0, changes}
end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f|%.0f|%.0f', own + 1, now + lease, changes + 1))
if redis.call('PTTL', KEYS[1]) < lease then
  redis.call('PEXPIRE', KEYS[1], lease)
end
return {1, changes + 1}
