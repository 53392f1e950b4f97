-- Keeps a snapshot unless a newer one is there.
-- KEYS 1 lease   2 run   3 snapshot   ARGV 1 epoch   2 nonce   3 version   4 data
-- Answer  1 kept, 0 a newer one was there, -1 the lease is lost, -2 the log has not reached the version
local lease = redis.call('HMGET', KEYS[1], 'epoch', 'nonce')
if lease[1] ~= ARGV[1] or lease[2] ~= ARGV[2] then
  return -1
end
local version = tonumber(ARGV[3])
if tonumber(redis.call('HGET', KEYS[2], 'version') or 0) < version then
  return -2
end
if tonumber(redis.call('HGET', KEYS[3], 'version') or 0) >= version then
  return 0
end
redis.call('HSET', KEYS[3], 'version', ARGV[3], 'data', ARGV[4])
return 1
