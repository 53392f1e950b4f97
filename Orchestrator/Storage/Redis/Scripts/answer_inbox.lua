-- Answers an inbox item without an append; the first answer stands.
-- KEYS 1 lease   2 inbox   3 the answer to it   ARGV 1 epoch   2 nonce   3 id   4 data   5 channel of the run
-- Answer  1, or 0 when the lease is not the current one
local lease = redis.call('HMGET', KEYS[1], 'epoch', 'nonce')
if lease[1] ~= ARGV[1] or lease[2] ~= ARGV[2] then
  return 0
end
redis.call('HDEL', KEYS[2], ARGV[3])
redis.call('SET', KEYS[3], ARGV[4], 'NX', 'PX', 60000)
redis.call('PUBLISH', ARGV[5], 0)
return 1
