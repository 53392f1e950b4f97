-- How much waits in a partition, by role.
-- KEYS 1 queue
-- Answer  {role, how many, time of the oldest in ms, role, …}
local count, oldest = {}, {}
for _, text in ipairs(redis.call('HVALS', KEYS[1])) do
  local time, role = string.match(text, '^%S+ (%S+) (%S+)')
  time = tonumber(time)
  count[role] = (count[role] or 0) + 1
  if not oldest[role] or time < oldest[role] then
    oldest[role] = time
  end
end
local answer = {}
for role, n in pairs(count) do
  answer[#answer + 1] = role
  answer[#answer + 1] = n
  answer[#answer + 1] = string.format('%.0f', oldest[role])
end
return answer
