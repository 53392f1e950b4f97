-- Puts a request into the inbox of a partition, unless it is there or was answered.
-- KEYS 1 inbox   2 the answer to it   ARGV 1 id   2 run id   3 data   4 channel of the inbox
-- Answer  1 put, 0 nothing changed
if redis.call('EXISTS', KEYS[2]) == 1 or redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then
  return 0
end
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
redis.call('HSET', KEYS[1], ARGV[1], now .. ' ' .. ARGV[2] .. '\n' .. ARGV[3])
redis.call('PUBLISH', ARGV[4], ARGV[1])
return 1
