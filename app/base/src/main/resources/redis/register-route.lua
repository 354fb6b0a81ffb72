-- Adds the route of one device, or replaces the same device's if that was accepted earlier.
-- KEYS[1] routes of the user: hash, device -> state|epoch|connection|accepted|until|node|endpoint
--         state: L live, P live and waiting for the tenant's quota, - left; until: ms of this server's clock
--         accepted: when the connection was, in microseconds of this server's clock, or in ms of its node's clock where
--         a node of an earlier version wrote it; on one epoch connections count. What is later than now was written
--         before this server's clock went back, and says nothing
-- ARGV[1] device  [2] epoch  [3] connection  [4] microseconds since it was accepted  [5] lease ms
--     [6] node  [7] endpoint
--     [8] devices the user may have, 0 is unlimited  [9] state to write when the device is new: L or P
--     [10] ms a device that left is remembered  [11] channel  [12] what to publish  [13...] dead epochs
-- returns {outcome, entry}
--     limit   the user may not have one more device; nothing was changed
--     new     written; entry is where the device was within the time remembered, or empty
--     over    written in place of entry, which was live
--     pending written in place of entry, which was live and waiting for the quota
--     same    it was there already, and was extended
--     overtaken entry is live and was accepted later; nothing was changed
local device, epoch, connection, lease = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[5])
local limit, remember = tonumber(ARGV[8]), tonumber(ARGV[10])
local dead = {}
for i = 13, #ARGV do dead[ARGV[i]] = true end
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

local others, before, outcome, state = 0, '', 'new', ARGV[9]
local entries = redis.call('HGETALL', KEYS[1])
for i = 1, #entries, 2 do
  local s, e, c, at, till = string.match(entries[i + 1], '^(.)|([^|]*)|([^|]*)|([^|]*)|(%d+)|')
  till = tonumber(till)
  local live = s ~= '-' and till > now and not dead[e]
  local known = till + (s == '-' and 0 or remember) > now
  if entries[i] == device then
    if live and e == epoch and c == connection then
      outcome, state = 'same', s
    elseif live and later(c, e, at) then
      return {'overtaken', entries[i + 1]}
    elseif live then
      before, outcome = entries[i + 1], s == 'P' and 'pending' or 'over'
    elseif known and not dead[e] then
      before = entries[i + 1]
    end
  elseif live then
    others = others + 1
  elseif not known then
    redis.call('HDEL', KEYS[1], entries[i])
  end
end
if outcome == 'new' and limit > 0 and others >= limit then
  return {'limit', ''}
end
if outcome == 'over' then
  state = 'L'
end
redis.call('HSET', KEYS[1], device, state .. '|' .. epoch .. '|' .. connection .. '|'
  .. string.format('%.0f|%.0f', accepted, now + lease) .. '|' .. ARGV[6] .. '|' .. ARGV[7])
if redis.call('PTTL', KEYS[1]) < lease + remember then
  redis.call('PEXPIRE', KEYS[1], lease + remember)
end
redis.call('PUBLISH', ARGV[11], ARGV[12])
return {outcome, before}
