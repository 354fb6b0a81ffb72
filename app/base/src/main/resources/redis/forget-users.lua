-- Takes users off the index.
-- KEYS[1] users of the epoch: see index-users.lua
-- ARGV[1...] users
-- returns {}
redis.call('SREM', KEYS[1], unpack(ARGV))
return {}
