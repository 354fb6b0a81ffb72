-- Extends one route, or puts it back when it was lost.
-- KEYS[1] routes of the user: hash, see register-route.lua
-- ARGV[1] device  [2] epoch  [3] connection  [4] microseconds since it was accepted  [5] lease ms
--     [6] node  [7] endpoint
--     [8] ms a device that left is remembered  [9] channel  [10] what to publish  [11...] dead epochs
-- returns {outcome}
--     renewed   it lasts for another lease
--     restored  it was missing, or an older connection's was in its place, and is there again
--     left      it was taken away on purpose, and stays away
--     elsewhere the device has another live route, which was accepted later
local device, epoch, connection, lease = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[5])
local dead = {}
for i = 11, #ARGV do dead[ARGV[i]] = true end
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local micros = t[1] * 1000000 + t[2]
local accepted = micros - ARGV[4]

local function later(c, e, at)
  if e == epoch then return tonumber(c) > tonumber(connection) end
  at = tonumber(at)
  if at < 1e14 then at = at * 1000 end
  return at > accepted and at <= micros
end

local outcome = 'restored'
local entry = redis.call('HGET', KEYS[1], device)
if entry then
  local s, e, c, at, till = string.match(entry, '^(.)|([^|]*)|([^|]*)|([^|]*)|(%d+)|')
  local mine = e == epoch and c == connection
  if mine and s == '-' then
    return {'left'}
  elseif mine then
    outcome = tonumber(till) > now and 'renewed' or 'restored'
  elseif s ~= '-' and tonumber(till) > now and not dead[e] and later(c, e, at) then
    return {'elsewhere'}
  end
end
redis.call('HSET', KEYS[1], device, 'L|' .. epoch .. '|' .. connection .. '|'
  .. string.format('%.0f|%.0f', accepted, now + lease) .. '|' .. ARGV[6] .. '|' .. ARGV[7])
local keep = lease + tonumber(ARGV[8])
if redis.call('PTTL', KEYS[1]) < keep then
  redis.call('PEXPIRE', KEYS[1], keep)
end
if outcome == 'restored' then
  redis.call('PUBLISH', ARGV[9], ARGV[10])
end
return {outcome}
