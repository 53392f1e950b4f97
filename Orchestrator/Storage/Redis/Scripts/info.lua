-- What the server that has this key says of itself; a script reaches the right node of a cluster.
-- KEYS 1 any key of the partition
return redis.call('INFO', 'server') .. redis.call('INFO', 'memory') .. redis.call('INFO', 'persistence') .. KEYS[1]
