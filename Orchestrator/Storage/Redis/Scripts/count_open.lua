-- How many runs of a tenant in a partition are not terminal.
-- KEYS 1 open   ARGV 1 prefix   2 tenant
-- Answer  the number
local count = 0
for _, id in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  if redis.call('HGET', ARGV[1] .. 'run:' .. id, 'tenant') == ARGV[2] then
    count = count + 1
  end
end
return count
