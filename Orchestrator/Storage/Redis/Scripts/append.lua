-- Appends one batch to a run: all of it or nothing. The hot path of the whole system: each call here costs.
--
-- KEYS  1 lease   2 run   3 log          then, where the batch has such parts:
--       queue     context of each write, contexts     inbox, answer of each     runs of the tenant, open, ended     open
--       All that the script touches is named, so that a cluster which moves the partition to another node refuses the
--       script as a whole: it would refuse single calls of it otherwise, and half a batch would be recorded.
-- ARGV  1 channel 2 epoch 3 nonce 4 expected version 5 batch id 6 run id
--       7 the counts and flags of what follows: "events dequeue enqueue context answers index wake", then in this order
--         events:  data
--         dequeue: id
--         enqueue: id, text
--         context: scope, key, expected version or '', value
--         answers: id, data
--         index:   tenant, status, playbook, created, updated, open, summary, created in ms, updated in ms    (flag 1)
--         wake:    time in ms, or 'inf' to clear                                                              (flag 1)
-- Answer  > 0  the log's version: appended, now or by an earlier call with this batch id
--           0  the lease is not the partition's current one
--         < 0  -1 - version: the log is at this version instead; below -2^52: -2^52 - n: the n-th context write conflicts
local call, KEYS, ARGV = redis.call, KEYS, ARGV
local lease = call('HMGET', KEYS[1], 'epoch', 'nonce')
if lease[1] ~= ARGV[2] or lease[2] ~= ARGV[3] then
  return 0
end

local run = call('HMGET', KEYS[2], 'version', 'batch', 'open', 'queued', 'tenant', 'created')
local version = tonumber(run[1] or 0)
local events, dequeues, enqueues, contexts, answers, has_index, has_wake =
  string.match(ARGV[7], '(%d+) (%d+) (%d+) (%d+) (%d+) (%d) (%d)')
-- The same id and the version that it led to: a repetition. The id alone might have been given to another batch.
if run[2] == ARGV[5] and version == ARGV[4] + events then
  return version
end
if version ~= tonumber(ARGV[4]) then
  return -1 - version
end

local key, id = 4, ARGV[6]
local dequeue_at = 8 + events
local enqueue_at = dequeue_at + dequeues
local context_at = enqueue_at + 2 * enqueues
local answer_at = context_at + 4 * contexts
local index_at = answer_at + 2 * answers
local has_queue = context_at > dequeue_at

-- 1. Check everything before the first write: a script that fails half-way is not rolled back.
local context_versions
if contexts ~= '0' then
  local context = has_queue and 5 or 4
  context_versions = {}
  for n = 1, tonumber(contexts) do
    local at = context_at + 4 * n - 4
    local old = call('HGET', KEYS[context], ARGV[at + 1])
    local current = old and tonumber(string.sub(old, 1, string.find(old, '\n', 1, true) - 1)) or 0
    if ARGV[at + 2] ~= '' and tonumber(ARGV[at + 2]) ~= current then
      return -4503599627370496 - n
    end
    context_versions[n] = current + 1
    context = context + 1
  end
end

if has_index == '1' and run[5] and (run[5] ~= ARGV[index_at] or run[6] ~= ARGV[index_at + 3]) then
  return redis.error_reply('INDEXFIXED tenant and creation time of a run never change')
end

-- One command for many arguments. unpack is limited by the size of Lua's stack.
local function all(command, into, from, before)
  local sum = 0
  while before - from > 1000 do
    sum = sum + call(command, into, unpack(ARGV, from, from + 999))
    from = from + 1000
  end
  return sum + call(command, into, unpack(ARGV, from, before - 1))
end

-- 2. Events.
all('RPUSH', KEYS[3], 8, dequeue_at)
version = version + events

-- 3. Queue: one hash.
local fields = {'version', version, 'batch', ARGV[5]}
if has_queue then
  local queue, queued = KEYS[key], run[4] or 0
  if dequeues ~= '0' then
    queued = queued - all('HDEL', queue, dequeue_at, enqueue_at)
  end
  if enqueues ~= '0' then
    queued = queued + all('HSET', queue, enqueue_at, context_at)
  end
  fields[5], fields[6] = 'queued', queued
  key = key + 1
end

-- 4. Context.
if context_versions then
  local scopes = KEYS[key + contexts]
  for n = 1, tonumber(contexts) do
    local at = context_at + 4 * n - 4
    call('HSET', KEYS[key], ARGV[at + 1], context_versions[n] .. '\n' .. ARGV[at + 3])
    if context_versions[n] == 1 then
      call('SADD', scopes, ARGV[at])
    end
    key = key + 1
  end
  key = key + 1
end

-- 5. Answers to inbox items; the first answer stands.
if answers ~= '0' then
  local inbox = KEYS[key]
  for at = answer_at, index_at - 1, 2 do
    key = key + 1
    call('HDEL', inbox, ARGV[at])
    call('SET', KEYS[key], ARGV[at + 1], 'NX', 'PX', 60000)
  end
  key = key + 1
end

-- 6. Index, open and ended runs, wake times.
local open, wake_at = run[3], index_at
if has_index == '1' then
  local n = #fields
  fields[n + 1], fields[n + 2] = 'status', ARGV[index_at + 1]
  fields[n + 3], fields[n + 4] = 'playbook', ARGV[index_at + 2]
  fields[n + 5], fields[n + 6] = 'updated', ARGV[index_at + 4]
  fields[n + 7], fields[n + 8] = 'summary', ARGV[index_at + 6]
  n = n + 8
  if not run[5] then
    fields[n + 1], fields[n + 2] = 'tenant', ARGV[index_at]
    fields[n + 3], fields[n + 4] = 'created', ARGV[index_at + 3]
    n = n + 4
    call('ZADD', KEYS[key], ARGV[index_at + 7], id)
  end
  wake_at = index_at + 9
  if ARGV[index_at + 5] ~= open then
    local was = open
    open = ARGV[index_at + 5]
    fields[n + 1], fields[n + 2] = 'open', open
    if open ~= '1' then
      call('ZREM', KEYS[key + 1], id)
      call('ZADD', KEYS[key + 2], ARGV[index_at + 8], id)
    else
      if has_wake ~= '1' then
        call('ZADD', KEYS[key + 1], 'inf', id)
      end
      if was then
        call('ZREM', KEYS[key + 2], id)
      end
    end
  end
  key = key + 3
end
if has_wake == '1' and open == '1' then
  call('ZADD', KEYS[key], ARGV[wake_at], id)
end
call('HSET', KEYS[2], unpack(fields))

-- 7. Wake whoever watches; they read the log.
call('PUBLISH', ARGV[1], version)
return version
