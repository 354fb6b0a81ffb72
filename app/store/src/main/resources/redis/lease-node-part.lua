-- Leases a number of message ids to a node: the one it has, or one that is free and was so for longest.
-- KEYS[1] numbers: hash, number -> {till ms}|{holder}; and "since", when the hash was made, in ms
-- ARGV[1] holder  [2] lease ms  [3] the number it has, or -1  [4] how many there are  [5] a number to begin with
--     [6] how long others may hold numbers that a lost hash does not show, ms  [7] ms the hash lasts
-- returns {number, ms until it may be used}; {-1, 0} when all are leased; {-2, 0} when the one it has is another's
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local since = tonumber(redis.call('HGET', KEYS[1], 'since'))
if not since then
  since = now
  redis.call('HSET', KEYS[1], 'since', string.format('%.0f', now))
end

local function lease(number, wait)
  redis.call('HSET', KEYS[1], number, string.format('%.0f', now + tonumber(ARGV[2])) .. '|' .. ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[7])
  return {number, wait}
end

local has = tonumber(ARGV[3])
if has >= 0 then
  local entry = redis.call('HGET', KEYS[1], has)
  if entry then
    local till, holder = string.match(entry, '^(%d+)|(.*)$')
    if holder ~= ARGV[1] and tonumber(till) > now then
      return {-2, 0}
    end
  end
  return lease(has, 0)
end

local wait = math.max(0, since + tonumber(ARGV[6]) - now)
local known = {}
local oldest, oldestTill = -1, now
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local number = tonumber(fields[i])
  if number then
    known[number] = true
    local till = tonumber(string.match(fields[i + 1], '^(%d+)|'))
    if till <= oldestTill then
      oldest, oldestTill = number, till
    end
  end
end
local count = tonumber(ARGV[4])
for i = 0, count - 1 do
  local number = (tonumber(ARGV[5]) + i) % count
  if not known[number] then
    return lease(number, wait)
  end
end
if oldest >= 0 then
  return lease(oldest, wait)
end
return {-1, 0}
