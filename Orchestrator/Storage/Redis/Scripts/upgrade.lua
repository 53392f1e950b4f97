-- Brings the data of a partition to level 2, some keys at a time: runs that have ended are listed by when they did, and
-- the ordered sets of the queue by role are gone.
-- KEYS 1 lease   ARGV 1 prefix   2 cursor, 0 to begin
-- Answer  the cursor to go on with; 0 when done
local base = ARGV[1]
local page = redis.call('SCAN', ARGV[2], 'MATCH', base .. '*', 'COUNT', 1000)
for _, key in ipairs(page[2]) do
  local name = string.sub(key, #base + 1)
  if string.sub(name, 1, 6) == 'queue:' then
    redis.call('UNLINK', key)
  elseif string.sub(name, 1, 4) == 'run:' then
    local run = redis.call('HMGET', key, 'open', 'updated')
    if run[1] == '0' then
      local year, month, day, hour, minute, second, ms = string.match(run[2], '^(%d+)-(%d+)-(%d+)T(%d+):(%d+):(%d+)%.(%d%d%d)')
      year, month = tonumber(year), tonumber(month)
      -- Days since 1970 of the civil date, counted in years that begin in March.
      local y = month > 2 and year or year - 1
      local m = (month + 9) % 12
      local days = 365 * y + math.floor(y / 4) - math.floor(y / 100) + math.floor(y / 400) + math.floor((153 * m + 2) / 5) + day - 1 - 719468
      local ended = (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + ms
      redis.call('ZADD', base .. 'ended', string.format('%.0f', ended), string.sub(name, 5))
    end
  end
end
return page[1]
