-- Finds out whether this server takes writes.
-- KEYS[1] a key for nothing else
-- ARGV[1] ms it lasts
-- returns {}
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
return {}
