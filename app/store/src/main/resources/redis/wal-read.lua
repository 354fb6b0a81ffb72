-- Reads the oldest messages of a write-ahead log, for whoever has the lease to drain it, or gets it now.
-- KEYS[1] the stream, KEYS[2] the lease
-- ARGV[1] who asks, ARGV[2] the lease, ms, ARGV[3] entries at most, ARGV[4] bytes after which none more is read
-- returns {-1} when somebody else has the lease, else {entries in all, then id, conversation and value of each}; the
--     lease of an empty one ends
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[1] then
  return {-1}
end
if redis.call('XLEN', KEYS[1]) == 0 then
  redis.call('DEL', KEYS[2])
  return {0}
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[2])
local reply = {redis.call('XLEN', KEYS[1])}
local from = '-'
local bytes = 0
local left = tonumber(ARGV[3])
while left > 0 and bytes < tonumber(ARGV[4]) do
  local some = redis.call('XRANGE', KEYS[1], from, '+', 'COUNT', math.min(left, 8))
  if #some == 0 then
    break
  end
  for _, entry in ipairs(some) do
    reply[#reply + 1] = entry[1]
    reply[#reply + 1] = entry[2][2]
    reply[#reply + 1] = entry[2][4]
    bytes = bytes + #entry[2][4]
    from = '(' .. entry[1]
  end
  left = left - #some
end
return reply
