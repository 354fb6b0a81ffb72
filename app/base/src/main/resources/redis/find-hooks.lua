-- Reads what tenants have otherwise than the file of hooks.
-- KEYS[1] overrides: hash tenant -> text
-- returns {tenant, text, ...}
return redis.call('HGETALL', KEYS[1])
