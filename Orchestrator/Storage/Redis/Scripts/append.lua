-- Appends one batch to a run: all of it or nothing.
--
-- KEYS  1 lease   2 run   3 log          all of one partition; further keys are built from ARGV[1], its prefix
-- ARGV  1 prefix  2 epoch 3 nonce 4 expected version 5 batch id 6 run id
--       7 the counts and flags of what follows: "context events dequeue enqueue index wake", then in this order
--         context: scope, key, expected version or '', value
--         events:  data
--         dequeue: id
--         enqueue: id, role, score, text
--         index:   tenant, status, playbook, created, updated, open, summary, created in ms     (flag 1)
--         wake:    time in ms, or 'inf' to clear                                                (flag 1)
-- Answer  > 0  the log's version: appended, now or by an earlier call with this batch id
--           0  the lease is not the partition's current one
--         < 0  -1 - version: the log is at this version instead; below -2^52: -2^52 - n: the n-th context write conflicts
local lease = redis.call('HMGET', KEYS[1], 'epoch', 'nonce')
if lease[1] ~= ARGV[2] or lease[2] ~= ARGV[3] then
  return 0
end

local run = redis.call('HMGET', KEYS[2], 'version', 'batch', 'open', 'queued', 'tenant', 'created')
local version = tonumber(run[1] or 0)
local contexts, events, dequeues, enqueues, has_index, has_wake =
  string.match(ARGV[7], '(%d+) (%d+) (%d+) (%d+) (%d) (%d)')
contexts, events, dequeues, enqueues = tonumber(contexts), tonumber(events), tonumber(dequeues), tonumber(enqueues)
-- The same id and the version that it led to: a repetition. The id alone might have been given to another batch.
if run[2] == ARGV[5] and version == tonumber(ARGV[4]) + events then
  return version
end
if version ~= tonumber(ARGV[4]) then
  return -1 - version
end

local base, id = ARGV[1], ARGV[6]

-- 1. Check everything before the first write: a script that fails half-way is not rolled back.
local at = 8
local context_versions = {}
for n = 1, contexts do
  local old = redis.call('HGET', base .. 'context:' .. id .. ':' .. ARGV[at], ARGV[at + 1])
  local current = old and tonumber(string.sub(old, 1, string.find(old, '\n', 1, true) - 1)) or 0
  if ARGV[at + 2] ~= '' and tonumber(ARGV[at + 2]) ~= current then
    return -4503599627370496 - n
  end
  context_versions[n] = current + 1
  at = at + 4
end

local index_at = at + events + dequeues + 4 * enqueues
if has_index == '1' and run[5] and (run[5] ~= ARGV[index_at] or run[6] ~= ARGV[index_at + 3]) then
  return redis.error_reply('INDEXFIXED tenant and creation time of a run never change')
end

-- 2. Context.
local context_at = 8
for n = 1, contexts do
  local scope = ARGV[context_at]
  redis.call('HSET', base .. 'context:' .. id .. ':' .. scope, ARGV[context_at + 1], context_versions[n] .. '\n' .. ARGV[context_at + 3])
  if context_versions[n] == 1 then
    redis.call('SADD', base .. 'contexts:' .. id, scope)
  end
  context_at = context_at + 4
end

-- 3. Events. unpack is limited by the size of Lua's stack.
local last = at + events - 1
while at <= last do
  local to = math.min(at + 999, last)
  redis.call('RPUSH', KEYS[3], unpack(ARGV, at, to))
  at = to + 1
end
version = version + events

-- 4. Queue: the entries in one hash, and an ordered set for each role.
local fields = {'version', version, 'batch', ARGV[5]}
if dequeues + enqueues > 0 then
  local queue = base .. 'queue'
  local queued = tonumber(run[4] or 0)
  for n = 1, dequeues do
    local old = redis.call('HGET', queue, ARGV[at])
    if old then
      redis.call('HDEL', queue, ARGV[at])
      redis.call('ZREM', base .. 'queue:' .. string.match(old, '^%S+ %S+ (%S+)'), ARGV[at])
      queued = queued - 1
    end
    at = at + 1
  end
  for n = 1, enqueues do
    local old = redis.call('HGET', queue, ARGV[at])
    if old then
      redis.call('ZREM', base .. 'queue:' .. string.match(old, '^%S+ %S+ (%S+)'), ARGV[at])
    else
      queued = queued + 1
    end
    redis.call('HSET', queue, ARGV[at], ARGV[at + 3])
    redis.call('ZADD', base .. 'queue:' .. ARGV[at + 1], ARGV[at + 2], ARGV[at])
    at = at + 4
  end
  fields[5], fields[6] = 'queued', queued
end

-- 5. Index, open runs and wake times.
local open = run[3]
if has_index == '1' then
  local n = #fields
  fields[n + 1], fields[n + 2] = 'status', ARGV[at + 1]
  fields[n + 3], fields[n + 4] = 'playbook', ARGV[at + 2]
  fields[n + 5], fields[n + 6] = 'updated', ARGV[at + 4]
  fields[n + 7], fields[n + 8] = 'summary', ARGV[at + 6]
  if not run[5] then
    fields[n + 9], fields[n + 10] = 'tenant', ARGV[at]
    fields[n + 11], fields[n + 12] = 'created', ARGV[at + 3]
    redis.call('ZADD', base .. 'runs:' .. ARGV[at], ARGV[at + 7], id)
  end
  if ARGV[at + 5] ~= open then
    open = ARGV[at + 5]
    fields[#fields + 1] = 'open'
    fields[#fields + 1] = open
    if open == '1' then
      redis.call('ZADD', base .. 'open', 'inf', id)
    else
      redis.call('ZREM', base .. 'open', id)
    end
  end
  at = at + 8
end
if has_wake == '1' and open == '1' then
  redis.call('ZADD', base .. 'open', ARGV[at], id)
end
redis.call('HSET', KEYS[2], unpack(fields))

-- 6. Wake whoever watches; they read the log.
redis.call('PUBLISH', base .. 'wake:' .. id, version)
return version
