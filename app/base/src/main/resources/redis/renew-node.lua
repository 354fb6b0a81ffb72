-- Extends the lease of one start of a node, puts it back when it was lost, and says who else is there.
-- KEYS[1] nodes: hash, KEYS[2] the last epoch given: see join-node.lua
-- ARGV[1] node  [2] endpoint  [3] epoch  [4] lease ms  [5] ms the hash lasts  [6] ms the last epoch lasts
-- returns {superseded, epoch, endpoint} or {renewed, state, epoch, endpoint, node, state, epoch, ...}
--     state: live; lapsed, its lease ran out; dead, another start took its place
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local self = tonumber(ARGV[3])
local fields = redis.call('HGETALL', KEYS[1])
local members = {'renewed', 'live', ARGV[3], ARGV[2], ARGV[1]}
local last = tonumber(redis.call('GET', KEYS[2]) or 0)
for i = 1, #fields, 2 do
  local s, till, endpoint, node = string.match(fields[i + 1], '^(.)|(%d+)|([^|]*)|(.*)$')
  local epoch = tonumber(fields[i])
  last = math.max(last, epoch)
  if node == ARGV[1] and epoch > self then
    return {'superseded', fields[i], endpoint}
  end
  if epoch ~= self then
    local state = s == 'D' and 'dead' or tonumber(till) > now and 'live' or 'lapsed'
    -- A start that lost its entry comes back as dead when the later one is known.
    if node == ARGV[1] then state = 'dead' end
    members[#members + 1] = state
    members[#members + 1] = fields[i]
    members[#members + 1] = endpoint
    members[#members + 1] = node
  end
end
redis.call('SET', KEYS[2], string.format('%.0f', math.max(last, self)), 'PX', ARGV[6])
redis.call('HSET', KEYS[1], ARGV[3],
  'L|' .. string.format('%.0f', now + tonumber(ARGV[4])) .. '|' .. ARGV[2] .. '|' .. ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return members
