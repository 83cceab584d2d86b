-- nexus: concurrently
-- Users by a group that is switched on: a rare one was found by reading the table. A save of a user touches every index already, because of its time, and is rare.
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_group_idx ON users USING gin (enabled_groups jsonb_path_ops);
