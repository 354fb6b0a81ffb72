-- Notes users that have routes on one start of a node, for the sweep after its death.
-- KEYS[1] users of the epoch, one of several shards: set of tenant|user
-- ARGV[1] ms the set lasts at least  [2...] users
-- returns {}
redis.call('SADD', KEYS[1], unpack(ARGV, 2))
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
end
return {}
