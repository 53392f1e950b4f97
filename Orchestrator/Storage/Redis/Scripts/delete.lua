-- Deletes a run; nothing of it remains. Some of its keys are found on the way, so a cluster that moves the partition may
-- refuse it half-way; what tells how to go on goes last, and the script is repeated.
-- KEYS 1 lease   2 run   3 log   4 snapshot   ARGV 1 prefix   2 epoch   3 nonce   4 run id
-- Answer  1, or 0 when the lease is not the current one
local lease = redis.call('HMGET', KEYS[1], 'epoch', 'nonce')
if lease[1] ~= ARGV[2] or lease[2] ~= ARGV[3] then
  return 0
end

local base, id = ARGV[1], ARGV[4]
local run = redis.call('HMGET', KEYS[2], 'tenant', 'queued')
if run[1] then
  redis.call('ZREM', base .. 'runs:' .. run[1], id)
end
redis.call('ZREM', base .. 'open', id)
redis.call('ZREM', base .. 'ended', id)

-- Runs seldom end with entries in the queue: only then is it searched.
if tonumber(run[2] or 0) > 0 then
  local queue, own = base .. 'queue', id .. '/'
  for _, entry in ipairs(redis.call('HKEYS', queue)) do
    -- The id of another run may begin alike: the entry says whose it is.
    if string.sub(entry, 1, #own) == own
      and string.match(redis.call('HGET', queue, entry), '^%S+ %S+ %S+ (%S+)') == id then
      redis.call('HDEL', queue, entry)
    end
  end
end

local scopes = base .. 'contexts:' .. id
for _, scope in ipairs(redis.call('SMEMBERS', scopes)) do
  redis.call('UNLINK', base .. 'context:' .. id .. ':' .. scope)
end
redis.call('UNLINK', KEYS[2], KEYS[3], KEYS[4], scopes)
redis.call('PUBLISH', base .. 'wake:' .. id, 0)
return 1
