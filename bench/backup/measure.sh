#!/bin/bash
# What a backup and its proof cost beside the bare programs: nexus backup create beside pg_dump -j, nexus backup verify beside pg_restore -j, and the
# restore of one chat. Starts a PostgreSQL of its own in a temporary folder and removes it. The runs alternate, so that a busy machine slows both.
#
#   bench/backup/measure.sh [trades, default 1000000] [sessions, default 100000] [rounds, default 3]
#
# NEXUS_TEST_PG_BIN names the folder of the server's programs where it is not Debian's; NEXUS the command, where it is not ./nexus of this repository.
set -euo pipefail
trades=${1:-1000000}
sessions=${2:-100000}
rounds=${3:-3}
jobs=2
root=$(cd "$(dirname "$0")/../.." && pwd)
nexus=${NEXUS:-$root/nexus}
bin=${NEXUS_TEST_PG_BIN:-$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)}

# The server refuses root.
as_server() { if [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --init-groups "$@"; else "$@"; fi; }
work=$(mktemp -d)
chmod 711 "$work"
[ "$(id -u)" != 0 ] || chown postgres "$work"
cd "$work"
trap 'as_server "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
as_server "$bin/initdb" -D "$work/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions >/dev/null
as_server "$bin/pg_ctl" -D "$work/data" -w -l "$work/log" -o "-c listen_addresses='' -c unix_socket_directories='$work' -c max_wal_size=8GB \
  -c checkpoint_timeout=1h -c shared_buffers=256MB -c synchronous_commit=off" start >/dev/null

export PGHOST="$work" PGUSER=postgres PGDATABASE=bot
"$bin/createdb" bot
export DATABASE_URL="host=$work user=postgres dbname=bot" NEXUS_DATA="$work/nexus"
NEXUS_KEYS=$($nexus keys generate)
NEXUS_BACKUP_KEY=$($nexus keys generate)
export NEXUS_KEYS NEXUS_BACKUP_KEY NEXUS_BACKUP_TARGET="$work/target"
query() { "$bin/psql" -XqAt -v ON_ERROR_STOP=1 "$@"; }

$nexus migrate >/dev/null
# Two sealed keys and a config of about 570 bytes for each session.
query -c "SELECT '{' || string_agg(to_jsonb((100000000 + n)::text)::text || ':' || jsonb_build_object('api_key', md5(n::text) || md5((n + 1)::text),
    'api_secret', md5((n + 2)::text) || md5((n + 3)::text), 'config', jsonb_build_object('mode', (ARRAY['WATCHER', 'COPILOT', 'PILOT'])[1 + n % 3],
      'leverage', n % 20 + 1, 'max_capital_pct', 10, 'stop_loss_pct', 2.5, 'tp_ratio', 1.8, 'trailing_enabled', true, 'primary_exchange', 'BINANCE',
      'strategies', jsonb_build_object('TREND', n % 2 = 0, 'SCALPING', n % 3 = 0, 'GRID', n % 5 = 0),
      'note', repeat(md5((n * 7)::text), 8)))::text, ',') || '}' FROM generate_series(1, $sessions) n" > sessions.json
$nexus import sessions.json >/dev/null
query -c "SELECT nexus_ensure_trade_partition(date '2026-01-01' + make_interval(months => m)) FROM generate_series(0, 11) m" >/dev/null
query -c "INSERT INTO trades (chat_id, entry_timestamp, id, symbol, side, strategy, exchange, entry_price, exit_price, quantity, exit_timestamp, pnl, pnl_pct, fees, status, write_id)
    SELECT (100000000 + 1 + n % $sessions)::text, timestamptz '2026-01-01 00:00+00' + make_interval(secs => n * (31000000.0 / $trades)), gen_random_uuid(),
      (ARRAY['BTCUSDT', 'ETHUSDT', 'SOLUSDT'])[1 + n % 3], (ARRAY['LONG', 'SHORT'])[1 + n % 2], 'TREND', 'BINANCE', 100 + (n % 9973) / 7.0, 101 + (n % 9967) / 7.0,
      0.001 * (1 + n % 5000), timestamptz '2026-01-01 01:00+00' + make_interval(secs => n * (31000000.0 / $trades)), ((n::bigint * 7919) % 20011 - 10000) / 13.0,
      ((n::bigint * 104729) % 2003 - 1000) / 100.0, 0.05, 'CLOSED', gen_random_uuid() FROM generate_series(1, $trades) n"
query -c "VACUUM ANALYZE" -c "CHECKPOINT"
echo "PostgreSQL $("$bin/postgres" --version | cut -d' ' -f3), $(query -c "SELECT pg_size_pretty(pg_database_size('bot'))"), $trades trades, $sessions sessions, $jobs jobs, $(nproc) processors"

# Seconds of the wall clock, and processor seconds of the programs and of the server's processes: on a busy machine only those compare.
postmaster=$(head -1 "$work/data/postmaster.pid")
ticks=$(getconf CLK_TCK)
cpu() {
  awk -v t="$ticks" '{ printf "%.2f ", ($16 + $17) / t }' "/proc/$postmaster/stat"
  awk -v t="$ticks" '{ printf "%.2f\n", ($16 + $17) / t }' "/proc/$$/stat"
}
seconds() {
  local from to before after
  before=$(cpu); from=$(date +%s.%N)
  "$@" >/dev/null
  to=$(date +%s.%N); sleep 0.5; after=$(cpu)
  took=$(awk -v a="$from" -v b="$to" -v c="$before" -v d="$after" 'BEGIN { split(c, x, " "); split(d, y, " "); printf "%.1f %.1f", b - a, y[1] + y[2] - x[1] - x[2] }')
}
bare_dump() { rm -rf "$work/bare"; "$bin/pg_dump" -Fd -j $jobs -f "$work/bare" bot; }
ours_dump() { rm -rf "$work/target"; $nexus backup create --jobs $jobs; }
bare_restore() { "$bin/dropdb" --if-exists copy; "$bin/createdb" -T template0 copy; "$bin/pg_restore" -e -j $jobs -d copy "$work/bare"; "$bin/dropdb" copy; }
ours_restore() { $nexus backup verify; }
one_chat() { $nexus backup restore latest --chat-id 100000007; }

echo
echo "Seconds of the wall clock / of the processors."
echo
echo "| round | pg_dump -j | backup create | ratio | pg_restore -j | backup verify | ratio | one chat |"
echo "| --- | --- | --- | --- | --- | --- | --- | --- |"
for round in $(seq "$rounds"); do
  seconds bare_dump; a=$took
  seconds ours_dump; b=$took
  seconds bare_restore; c=$took
  seconds ours_restore; d=$took
  seconds one_chat; e=$took
  awk -v r="$round" -v a="$a" -v b="$b" -v c="$c" -v d="$d" -v e="$e" 'BEGIN {
    split(a, A, " "); split(b, B, " "); split(c, C, " "); split(d, D, " "); split(e, E, " ")
    printf "| %s | %s / %s | %s / %s | %.2fx / %.2fx | %s / %s | %s / %s | %.2fx / %.2fx | %s / %s |\n", r,
      A[1], A[2], B[1], B[2], B[1] / A[1], B[2] / A[2], C[1], C[2], D[1], D[2], D[1] / C[1], D[2] / C[2], E[1], E[2] }'
done
$nexus backup verify | head -8
