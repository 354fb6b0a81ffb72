-- Says what the server is and how it is set up.
-- KEYS[1] any key; it is not touched
-- returns {time of Redis, ms; redis_version; role; maxmemory, bytes; maxmemory_policy}
local t = redis.call('TIME')
local function field(section, name)
  return string.match(redis.call('INFO', section), name .. ':([^\r\n]*)') or ''
end
return {
  string.format('%.0f', t[1] * 1000 + math.floor(t[2] / 1000)),
  field('server', 'redis_version'),
  field('replication', 'role'),
  field('memory', 'maxmemory'),
  field('memory', 'maxmemory_policy'),
}
