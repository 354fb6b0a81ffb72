-- Takes exactly one route away, if it is still there.
-- KEYS[1] routes of the user: hash, see register-route.lua
-- ARGV[1] device  [2] epoch  [3] connection  [4] left: remember where the device was; undo: put [5] back
--     [5] the entry to put back, empty is none  [6] ms a device that left is remembered
--     [7] channel  [8] what to publish
-- returns {removed 0 or 1, devices the user still has on that epoch, 1 when the device has another live route}
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local remember = tonumber(ARGV[6])
local removed, onEpoch, staying, elsewhere = 0, 0, 0, 0
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local s, e, c, accepted, till, rest = string.match(entries[i + 1], '^(.)|([^|]*)|([^|]*)|([^|]*)|(%d+)|(.*)$')
  if s ~= '-' and entries[i] == ARGV[1] and e == ARGV[2] and c == ARGV[3] then
    removed = 1
    if ARGV[4] == 'left' then
      redis.call('HSET', KEYS[1], entries[i], '-|' .. e .. '|' .. c .. '|' .. accepted .. '|'
        .. string.format('%.0f', now + remember) .. '|' .. rest)
    elseif ARGV[5] == '' then
      redis.call('HDEL', KEYS[1], entries[i])
    else
      redis.call('HSET', KEYS[1], entries[i], ARGV[5])
    end
  elseif s ~= '-' then
    staying = staying + 1
    if entries[i] == ARGV[1] and tonumber(till) > now then elsewhere = 1 end
    if e == ARGV[2] then onEpoch = onEpoch + 1 end
  end
end
if removed == 1 then
  if staying == 0 then
    redis.call('PEXPIRE', KEYS[1], 2 * remember)
  end
  redis.call('PUBLISH', ARGV[7], ARGV[8])
end
return {removed, onEpoch, elsewhere}
