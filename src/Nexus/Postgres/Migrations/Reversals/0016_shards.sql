LOCK TABLE nexus_shard, nexus_shards, nexus_commits IN ACCESS EXCLUSIVE MODE;
SELECT 'the database has several shards, which programs from before cannot use: export the records and import them into a new database'
WHERE EXISTS (SELECT FROM nexus_shard) OR EXISTS (SELECT FROM nexus_shards);
DROP TABLE nexus_shard, nexus_shards;
ALTER TABLE nexus_commits DROP COLUMN is_checked;
DROP FUNCTION nexus_hold_buckets(integer[]);
DROP FUNCTION nexus_state_bucket(text);
DROP FUNCTION nexus_bucket(text);
