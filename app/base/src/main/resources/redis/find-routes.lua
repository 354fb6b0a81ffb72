-- Where a user's devices are, now.
-- KEYS[1] routes of the user: hash, see register-route.lua
-- returns {device, entry, device, entry, ...}: those whose lease lasts
local entries = redis.call('HGETALL', KEYS[1])
if #entries == 0 then
  return {}
end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local live = {}
for i = 1, #entries, 2 do
  local s, till = string.match(entries[i + 1], '^(.)|[^|]*|[^|]*|[^|]*|(%d+)|')
  if s ~= '-' and tonumber(till) > now then
    live[#live + 1] = entries[i]
    live[#live + 1] = entries[i + 1]
  end
end
return live
