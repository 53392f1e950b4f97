-- Notes the shape of the deployment on the first start, and tells it on each.
-- KEYS 1 meta   ARGV 1 format   2 partitions   3 level: what this version keeps beside what the first one did
-- Answer  {format, partitions, level or false}
if redis.call('HSETNX', KEYS[1], 'format', ARGV[1]) == 1 then
  redis.call('HSET', KEYS[1], 'level', ARGV[3])
end
redis.call('HSETNX', KEYS[1], 'partitions', ARGV[2])
return redis.call('HMGET', KEYS[1], 'format', 'partitions', 'level')
