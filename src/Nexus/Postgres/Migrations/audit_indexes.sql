-- nexus: concurrently
-- The audit's section "Índices Optimizados" to the letter; what it costs is measured in docs/decisions/0004-indexes-that-keep-updates-hot.md.
-- bot_state's time stands in last_updated, as the audit's own improved table names it.
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_sessions_updated_at ON sessions (updated_at DESC);
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_sessions_config_gin ON sessions USING GIN (config);
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_bot_state_updated_at ON bot_state (last_updated DESC);
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_users_chat_id ON users (chat_id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_users_role ON users (role);
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_users_expires_at ON users (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_trades_chat_id ON trades (chat_id);
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_trades_symbol ON trades (symbol);
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_trades_status ON trades (status);
CREATE INDEX CONCURRENTLY IF NOT EXISTS idx_trades_timestamp ON trades (entry_timestamp DESC);
