-- Says how many messages are in a write-ahead log.
-- KEYS[1] the stream
-- returns {entries}
return {redis.call('XLEN', KEYS[1])}
