-- nexus: concurrently
-- Users by the beginning of their name, and by the end of their subscription. Both change seldom, so updates of users stay rare and cheap.
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_name_idx ON users (lower(name) COLLATE "C", chat_id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS users_end_idx ON users (expires_at, chat_id) WHERE role = 'user';
