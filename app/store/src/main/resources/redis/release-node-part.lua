-- Gives a number of message ids back.
-- KEYS[1] numbers: hash: see lease-node-part.lua
-- ARGV[1] holder  [2] the number
-- returns {1} when it was the holder's
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local entry = redis.call('HGET', KEYS[1], ARGV[2])
if entry and string.match(entry, '^%d+|(.*)$') == ARGV[1] then
  -- that it was used until now stays: what was free for longest is leased first
  redis.call('HSET', KEYS[1], ARGV[2], string.format('%.0f', now) .. '|')
  return {1}
end
return {0}
