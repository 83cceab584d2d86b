-- nexus: concurrently
-- Batches over several servers: docs/decisions/0042-batches-over-shards.md. On the home shard: the decision to commit, from the moment that makes it until every
-- server has committed its part. What is prepared without a decision is rolled back.
CREATE TABLE IF NOT EXISTS nexus_decisions (
    id         uuid        PRIMARY KEY,
    servers    integer[]   NOT NULL,
    decided_at timestamptz NOT NULL DEFAULT now()
);

-- The few administrators among many users. A role changes seldom.
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_admin_idx ON users (chat_id) WHERE role = 'admin';
