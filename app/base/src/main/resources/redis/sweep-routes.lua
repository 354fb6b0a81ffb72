-- Takes away what one start of a node left in the routes of a user.
-- KEYS[1] routes of the user: hash, see register-route.lua
-- ARGV[1] epoch  [2] channel  [3] what to publish
-- returns {live routes removed}
local removed = 0
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local s, e = string.match(entries[i + 1], '^(.)|([^|]*)|')
  if e == ARGV[1] then
    redis.call('HDEL', KEYS[1], entries[i])
    if s ~= '-' then removed = removed + 1 end
  end
end
if removed > 0 then
  redis.call('PUBLISH', ARGV[2], ARGV[3])
end
return {removed}
