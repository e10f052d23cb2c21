#!lua
-- KEYS[1]: the fence. ARGV: the writer's token, then the command and its arguments
local used = redis.call('HGET', KEYS[1], 'token')
if used and tonumber(ARGV[1]) < tonumber(used) then
  return redis.error_reply('FENCED The token ' .. ARGV[1] .. ' is surpassed, ' .. used .. ' has been written with')
end
redis.call('HSET', KEYS[1], 'token', ARGV[1])
redis.call('HINCRBY', KEYS[1], 'writes', 1)
return redis.call(unpack(ARGV, 2))
