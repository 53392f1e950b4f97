-- What waits in a partition for one role.
-- KEYS 1 queue   ARGV 1 role
-- Answer  {id, text, id, text, …} in no particular order
local entries = redis.call('HGETALL', KEYS[1])
local answer = {}
for n = 1, #entries, 2 do
  if string.match(entries[n + 1], '^%S+ %S+ (%S+)') == ARGV[1] then
    answer[#answer + 1] = entries[n]
    answer[#answer + 1] = entries[n + 1]
  end
end
return answer
