-- Makes a member of a group known, or renews it; sweeps out those whose time has run out.
-- KEYS 1 members   2 expiries   ARGV 1 id   2 data   3 duration in ms   4 channel of the group
-- Answer  1 when it is new or changed, 0 when it was renewed
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local gone = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now))
for _, id in ipairs(gone) do
  redis.call('HDEL', KEYS[1], id)
  redis.call('ZREM', KEYS[2], id)
end

local changed = redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2]
if changed then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end
redis.call('ZADD', KEYS[2], string.format('%.0f', now + ARGV[3]), ARGV[1])

-- The group goes when its last member has gone, also when nobody is left to sweep.
local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
redis.call('PEXPIREAT', KEYS[1], last)
redis.call('PEXPIREAT', KEYS[2], last)
if changed then
  redis.call('PUBLISH', ARGV[4], ARGV[1])
  return 1
end
return 0
