-- Moves a message of a write-ahead log that Kafka never takes to those that are left for operators to look at.
-- KEYS[1] the stream, KEYS[2] the bytes in it, KEYS[3] the stream of those
-- ARGV[1] its id, ARGV[2] how many of those may be kept, ARGV[3] how long, ms
-- returns {entries left}
local entry = redis.call('XRANGE', KEYS[1], ARGV[1], ARGV[1])[1]
if entry then
  redis.call('XADD', KEYS[3], 'MAXLEN', ARGV[2], '*', 'c', entry[2][2], 'v', entry[2][4])
  redis.call('PEXPIRE', KEYS[3], ARGV[3])
  redis.call('XDEL', KEYS[1], ARGV[1])
  redis.call('DECRBY', KEYS[2], #entry[2][2] + #entry[2][4])
end
return {redis.call('XLEN', KEYS[1])}
