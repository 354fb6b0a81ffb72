-- Appends messages to a write-ahead log, all of them or none.
-- KEYS[1] the stream, KEYS[2] the bytes in it
-- ARGV[1] entries it may have, ARGV[2] bytes it may have, then conversation and value of each message
-- returns {1} when they are in it, {0} when there is no room
-- a stream that was emptied by hand leaves its bytes
local bytes = 0
if redis.call('XLEN', KEYS[1]) > 0 then
  bytes = tonumber(redis.call('GET', KEYS[2]) or '0')
end
local added = 0
for i = 3, #ARGV do
  added = added + #ARGV[i]
end
if redis.call('XLEN', KEYS[1]) + (#ARGV - 2) / 2 > tonumber(ARGV[1]) or bytes + added > tonumber(ARGV[2]) then
  return {0}
end
for i = 3, #ARGV, 2 do
  redis.call('XADD', KEYS[1], '*', 'c', ARGV[i], 'v', ARGV[i + 1])
end
redis.call('SET', KEYS[2], string.format('%.0f', bytes + added))
return {1}
