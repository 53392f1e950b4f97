-- Takes a member out of a group.
-- KEYS 1 members   2 expiries   ARGV 1 id   2 channel of the group
-- Answer  1, or 0 when it was not there
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then
  return 0
end
redis.call('PUBLISH', ARGV[2], ARGV[1])
return 1
