-- Some users of the index, at random, so that several nodes sweep different ones.
-- KEYS[1] users of the epoch: see index-users.lua
-- ARGV[1] how many at most
-- returns {user, user, ...}; none when the index is empty
return redis.call('SRANDMEMBER', KEYS[1], ARGV[1])
