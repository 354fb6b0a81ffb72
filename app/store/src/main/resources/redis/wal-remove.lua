-- Removes messages of a write-ahead log that Kafka has.
-- KEYS[1] the stream, KEYS[2] the bytes in it
-- ARGV their ids; one that is gone is ignored
-- returns {entries left}
local removed = 0
for i = 1, #ARGV do
  local entry = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])[1]
  if entry then
    removed = removed + #entry[2][2] + #entry[2][4]
    redis.call('XDEL', KEYS[1], ARGV[i])
  end
end
local left = redis.call('XLEN', KEYS[1])
if left == 0 then
  redis.call('DEL', KEYS[2])
else
  redis.call('DECRBY', KEYS[2], removed)
end
return {left}
