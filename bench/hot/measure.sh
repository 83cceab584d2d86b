#!/bin/sh
# What indexes cost an update of a session: HOT share and WAL, with the default indexes and with the audit's list.
# Starts a PostgreSQL of its own in a temporary folder and removes it. Figures for docs/decisions/0004-indexes-that-keep-updates-hot.md.
#
#   bench/hot/measure.sh [updates per variant, default 30000] [sessions, default 10000]
#
# NEXUS_TEST_PG_BIN names the folder of the server's programs where it is not Debian's.
set -eu
updates=${1:-30000}
sessions=${2:-10000}
root=$(cd "$(dirname "$0")/../.." && pwd)
sql=$root/src/Nexus/Postgres/Migrations
bin=${NEXUS_TEST_PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)}

# The server refuses root.
as_server() { if [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --init-groups "$@"; else "$@"; fi; }
work=$(mktemp -d)
chmod 711 "$work"
as_server true && { [ "$(id -u)" != 0 ] || chown postgres "$work"; }
cd "$work"
trap 'as_server "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
as_server "$bin/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions >/dev/null
# Nothing in the background, and no full-page images: they depend on when the last checkpoint was.
as_server "$bin/pg_ctl" -D "$work/data" -w -l "$work/log" -o "-c listen_addresses='' -c unix_socket_directories='$work' -c autovacuum=off \
  -c full_page_writes=off -c synchronous_commit=off -c max_wal_size=8GB -c checkpoint_timeout=1h -c shared_buffers=256MB" start >/dev/null

export PGHOST="$work" PGUSER=postgres PGDATABASE=postgres
query() { "$bin/psql" -XqAt -v ON_ERROR_STOP=1 "$@"; }
"$bin/postgres" --version

cat > "$work/update.sql" <<SQL
\set chat random(1, $sessions)
\set leverage random(1, 125)
UPDATE sessions SET config = jsonb_set(config, '{leverage}', to_jsonb(:leverage::int)), updated_at = now(), version = version + 1 WHERE chat_id = (100000000 + :chat)::text;
SQL
cat > "$work/touch.sql" <<SQL
\set chat random(1, $sessions)
UPDATE sessions SET updated_at = now(), version = version + 1 WHERE chat_id = (100000000 + :chat)::text;
SQL

fill() {
  query -c "DROP SCHEMA public CASCADE" -c "CREATE SCHEMA public" 2>/dev/null
  query -f "$sql/0001_state.sql" -f "$sql/0002_indexes.sql"
  # About 20 keys and 570 bytes of config, two sealed keys of 64 characters each.
  query -c "INSERT INTO sessions (chat_id, api_key, api_secret, config)
    SELECT (100000000 + n)::text, 'nx1.0a1b2c3d.' || repeat(md5(n::text), 4), 'nx1.0a1b2c3d.' || repeat(md5((n + 1)::text), 4),
      jsonb_build_object('mode', (ARRAY['WATCHER', 'COPILOT', 'PILOT'])[1 + n % 3], 'leverage', n % 20 + 1, 'max_leverage_allowed', 20, 'max_capital_pct', 10,
        'stop_loss_pct', 2.5, 'tp_ratio', 1.8, 'atr_multiplier', 2, 'trailing_enabled', true, 'primary_exchange', 'BINANCE', 'personality', 'STANDARD_ES',
        'sentiment_filter', true, 'circuit_breaker_enabled', true, 'use_kelly_criterion', false, 'kelly_fraction', 0.25, 'win_rate_est', 0.55, 'risk_reward_est', 1.5,
        'strategies', jsonb_build_object('TREND', n % 2 = 0, 'SCALPING', n % 3 = 0, 'GRID', n % 5 = 0, 'MEAN_REVERSION', n % 7 = 0, 'BLACK_SWAN', true),
        'groups', jsonb_build_object('CRYPTO', true, 'STOCKS', n % 4 = 0, 'ETFS', false), 'disabled_assets', jsonb_build_array('DOGEUSDT', 'SHIBUSDT'))
    FROM generate_series(1, $sessions) n"
}

# The audit's indexes on the table that is measured.
audit() { grep ' ON sessions ' "$sql/audit_indexes.sql" | query -f -; }

measure() {
  query -c "VACUUM ANALYZE sessions" -c "CHECKPOINT" -c "SELECT pg_stat_reset()" >/dev/null
  before=$(query -c "SELECT pg_current_wal_insert_lsn()")
  "$bin/pgbench" -n -M prepared -c 1 -t "$updates" -f "$work/$2.sql" >/dev/null
  sleep 2 # Statistics of the ended session arrive.
  query -F ' | ' -c "SELECT '| $1', '$2', round(100.0 * n_tup_hot_upd / n_tup_upd) || ' %', round(pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '$before') / n_tup_upd),
    pg_size_pretty(pg_indexes_size('sessions')) || ' |' FROM pg_stat_user_tables WHERE relname = 'sessions'"
}

echo
echo "| indexes on sessions | update of | HOT | WAL bytes an update | indexes afterwards |"
echo "| --- | --- | --- | --- | --- |"
fill
measure default update
fill
measure default touch
fill
audit
measure "default and audit" update
fill
audit
measure "default and audit" touch
fill
query -c "DROP INDEX sessions_mode_idx" -c "CREATE INDEX ON sessions ((config ->> 'mode'), chat_id)"
measure "mode indexed as an expression" update
