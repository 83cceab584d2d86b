-- nexus: concurrently
-- Users by their last write, so that the job for subscriptions looks only at what changed since it ran last.
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_changed_idx ON users (updated_at);
