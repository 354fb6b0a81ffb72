-- Publishes to a channel.
-- KEYS[1] any key of the server that is to publish; untouched
-- ARGV[1] channel  [2] text
-- returns {}
redis.call('PUBLISH', ARGV[1], ARGV[2])
return {}
