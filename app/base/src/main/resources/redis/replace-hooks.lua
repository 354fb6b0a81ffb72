-- Replaces what a tenant has otherwise than the file of hooks, if nobody else has, and notifies everybody.
-- KEYS[1] overrides: hash tenant -> text
-- ARGV[1] tenant  [2] the text it replaces, empty is none  [3] the new text, empty is none  [4] channel
-- returns {1 when it was replaced, else 0}
if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then
  return {0}
end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
end
redis.call('PUBLISH', ARGV[4], ARGV[1])
return {1}
