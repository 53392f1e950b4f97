-- Notes the shape of the deployment on the first start, and tells it on each.
-- KEYS 1 meta   ARGV 1 format   2 partitions
-- Answer  {format, partitions}
redis.call('HSETNX', KEYS[1], 'format', ARGV[1])
redis.call('HSETNX', KEYS[1], 'partitions', ARGV[2])
return redis.call('HMGET', KEYS[1], 'format', 'partitions')
