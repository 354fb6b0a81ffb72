-- Gives one connection of a tenant's quota back.
-- KEYS[1] connections of the tenant: hash, see admit-connection.lua
-- ARGV[1] epoch
-- returns {changes}
local field = redis.call('HGET', KEYS[1], ARGV[1])
if not field then
  return {0}
end
local count, till, changes = string.match(field, '^(%d+)|(%d+)|(%d+)$')
redis.call('HSET', KEYS[1], ARGV[1],
  string.format('%.0f|%s|%.0f', math.max(0, count - 1), till, changes + 1))
return {changes + 1}
