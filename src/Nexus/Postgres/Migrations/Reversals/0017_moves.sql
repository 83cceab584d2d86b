LOCK TABLE nexus_moves, nexus_leaving, nexus_leaving_rows IN ACCESS EXCLUSIVE MODE;
SELECT 'buckets are moving between shards: finish the move with nexus shards move first' WHERE EXISTS (SELECT FROM nexus_moves) OR EXISTS (SELECT FROM nexus_leaving);
DROP TABLE nexus_moves, nexus_leaving, nexus_leaving_rows;
DROP FUNCTION nexus_accept(anyelement, boolean, text, text);
