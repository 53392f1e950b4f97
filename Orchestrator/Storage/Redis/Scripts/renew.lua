-- Prolongs a lease, or gives it back (duration 0).
-- KEYS 1 lease   ARGV 1 epoch   2 nonce   3 duration in ms
-- Answer  1, or 0 when the lease is not the current one
local lease = redis.call('HMGET', KEYS[1], 'epoch', 'nonce')
if lease[1] ~= ARGV[1] or lease[2] ~= ARGV[2] then
  return 0
end
if ARGV[3] == '0' then
  redis.call('HDEL', KEYS[1], 'nonce', 'owner', 'expires')
else
  local time = redis.call('TIME')
  redis.call('HSET', KEYS[1], 'expires', string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]))
end
return 1
