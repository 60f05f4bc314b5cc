-- Appends to a run's log, all or nothing.
-- KEYS: leases, log, head, summary, steps, runs
-- ARGV: run; the lease's field and epoch, empty for none; the head expected and the new one; the
-- summary; 1 where the plan is new; how many entries; the entries; then steps and their statuses
if ARGV[2] ~= '' then
  local lease = redis.call('HGET', KEYS[1], ARGV[2])
  if not lease or string.match(lease, '^%d+') ~= ARGV[3] then return 'fenced' end
end
local head = redis.call('GET', KEYS[3])
-- Asked a second time because the answer was lost: only this append makes this head.
if head == ARGV[5] then return 'appended' end
if (head or '') ~= ARGV[4] then return 'stale' end
if not head and redis.call('EXISTS', KEYS[2]) == 1 then return 'headless' end
local entries = tonumber(ARGV[8])
for at = 9, 8 + entries do redis.call('RPUSH', KEYS[2], ARGV[at]) end
redis.call('SET', KEYS[3], ARGV[5])
redis.call('SET', KEYS[4], ARGV[6])
if ARGV[7] == '1' then redis.call('DEL', KEYS[5]) end
for at = 9 + entries, #ARGV, 2 do redis.call('HSET', KEYS[5], ARGV[at], ARGV[at + 1]) end
redis.call('ZADD', KEYS[6], 0, ARGV[1])
return 'appended'
