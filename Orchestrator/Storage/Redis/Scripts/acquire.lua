-- Acquires a partition that is free or whose lease has run out.
-- KEYS 1 lease   ARGV 1 nonce, new for each acquisition   2 owner   3 duration in ms
-- Answer  the epoch, or 0 while another holds the partition
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = redis.call('HMGET', KEYS[1], 'epoch', 'nonce', 'expires')
local epoch = tonumber(lease[1] or 0)
-- With our own nonce this is a repetition of a call that was answered to nobody.
if lease[2] ~= ARGV[1] then
  if lease[2] and tonumber(lease[3]) > now then
    return 0
  end
  epoch = epoch + 1
end
redis.call('HSET', KEYS[1], 'epoch', string.format('%.0f', epoch), 'nonce', ARGV[1], 'owner', ARGV[2],
  'expires', string.format('%.0f', now + ARGV[3]))
return epoch
