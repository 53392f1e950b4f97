-- Lists a tenant's runs of one partition, newest first, from a place on. Looks at no more than 500 runs in one go,
-- so that a filter that fits few does not stop the server.
-- KEYS 1 the tenant's runs   ARGV 1 prefix   2 created in ms or 'inf'   3 run id   4 limit   5 playbook or ''   6 … statuses
-- Answer  {1 when nothing is left, created in ms and id of the last run looked at,
--          id, tenant, status, playbook, created, updated, open, summary of the first that fits, … of the second, …}
local base, max, after, limit = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local statuses = {}
for n = 6, #ARGV do
  statuses[ARGV[n]] = true
end

local answer = {1, max, after}
local offset, looked, found = 0, 0, 0
while true do
  local page = redis.call('ZREVRANGEBYSCORE', KEYS[1], max, '-inf', 'WITHSCORES', 'LIMIT', offset, 100)
  for n = 1, #page, 2 do
    local id, created = page[n], page[n + 1]
    -- Of the runs of the same millisecond, those at or above the place were listed before.
    if created ~= max or after == '' or id < after then
      if found == limit or looked == 500 then
        answer[1] = 0
        return answer
      end
      looked = looked + 1
      answer[2], answer[3] = created, id
      local run = redis.call('HMGET', base .. 'run:' .. id, 'tenant', 'status', 'playbook', 'created', 'updated', 'open', 'summary')
      if run[1] and (#ARGV < 6 or statuses[run[2]]) and (ARGV[5] == '' or ARGV[5] == run[3]) then
        found = found + 1
        answer[#answer + 1] = id
        for field = 1, 7 do
          answer[#answer + 1] = run[field]
        end
      end
    end
  end
  if #page < 200 then
    return answer
  end
  offset = offset + 100
end
