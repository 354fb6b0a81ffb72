-- Makes one start of a node a member under a new epoch, larger than any before.
-- KEYS[1] nodes: hash, epoch -> state|until|endpoint|node; state: L member, D another start took its place
-- KEYS[2] the last epoch given
-- ARGV[1] node  [2] endpoint  [3] lease ms  [4] 1: take the name from a live node  [5] ms the hash lasts
--     [6] ms the last epoch lasts
-- returns {joined, epoch} or {taken, epoch, endpoint}: a live node of this name has another endpoint
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
-- A lost counter starts again above what it was, unless nodes started more often than every ten minutes on average.
local epoch = math.max(tonumber(redis.call('GET', KEYS[2]) or 0), math.floor((t[1] - 1767225600) / 600))
local fields = redis.call('HGETALL', KEYS[1])
local before = {}
for i = 1, #fields, 2 do
  local s, till, endpoint, node = string.match(fields[i + 1], '^(.)|(%d+)|([^|]*)|(.*)$')
  epoch = math.max(epoch, tonumber(fields[i]))
  if node == ARGV[1] and s == 'L' then
    if tonumber(till) > now and endpoint ~= ARGV[2] and ARGV[4] ~= '1' then
      return {'taken', fields[i], endpoint}
    end
    before[fields[i]] = '|' .. till .. '|' .. endpoint .. '|' .. node
  end
end
for e, rest in pairs(before) do
  redis.call('HSET', KEYS[1], e, 'D' .. rest)
end
epoch = string.format('%.0f', epoch + 1)
redis.call('SET', KEYS[2], epoch, 'PX', ARGV[6])
redis.call('HSET', KEYS[1], epoch,
  'L|' .. string.format('%.0f', now + tonumber(ARGV[3])) .. '|' .. ARGV[2] .. '|' .. ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return {'joined', epoch}
