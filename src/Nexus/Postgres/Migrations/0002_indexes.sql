-- nexus: concurrently
-- The indexes that the API's own queries need: sessions by mode and by enabled strategy. Both stand on generated columns that a save seldom changes.
CREATE INDEX CONCURRENTLY IF NOT EXISTS sessions_mode_idx ON sessions (mode, chat_id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS sessions_strategies_idx ON sessions USING gin (strategies jsonb_path_ops);
