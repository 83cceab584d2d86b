-- The state, in the audit's names and columns. Reasons for what differs: docs/decisions/0004-indexes-that-keep-updates-hot.md.

-- Sessions are updated far more often than anything else. The free room in each page and the absence of an index on config or updated_at keep
-- those updates HOT (https://www.postgresql.org/docs/current/storage-hot.html). What is filtered on is a generated column, indexed in 0002.
CREATE TABLE sessions (
    chat_id    varchar(50) COLLATE "C" PRIMARY KEY,
    api_key    text,
    api_secret text,
    config     jsonb       NOT NULL DEFAULT '{}',
    updated_at timestamptz NOT NULL DEFAULT now(),
    version    bigint      NOT NULL DEFAULT 1,
    write_id   uuid,
    mode       text  GENERATED ALWAYS AS (CASE WHEN jsonb_typeof(config -> 'mode') = 'string' AND length(config ->> 'mode') <= 100 THEN config ->> 'mode' END) STORED,
    -- As it stands in the config: picking out the enabled ones would cost a save as much as all the rest of its row.
    strategies jsonb GENERATED ALWAYS AS (config -> 'strategies') STORED
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200, autovacuum_analyze_scale_factor = 0.05);

CREATE SEQUENCE users_id_seq AS integer START 1000;

CREATE TABLE users (
    id             integer     NOT NULL DEFAULT nextval('users_id_seq'),
    chat_id        varchar(50) COLLATE "C" PRIMARY KEY,
    name           varchar(100),
    role           varchar(20) NOT NULL DEFAULT 'user',
    expires_at     timestamptz,
    created_at     timestamptz NOT NULL DEFAULT now(),
    timezone       varchar(50) NOT NULL DEFAULT 'UTC',
    telegram_id    bigint,
    enabled_groups jsonb       NOT NULL DEFAULT '{"CRYPTO": true, "STOCKS": true, "ETFS": true}',
    updated_at     timestamptz NOT NULL DEFAULT now(),
    version        bigint      NOT NULL DEFAULT 1,
    write_id       uuid
) WITH (fillfactor = 90);

ALTER SEQUENCE users_id_seq OWNED BY users.id;

-- One hot row: almost the whole page is room for its next versions.
CREATE TABLE bot_state (
    id                 integer     PRIMARY KEY DEFAULT 1,
    enabled_strategies jsonb       NOT NULL DEFAULT '{}',
    group_config       jsonb       NOT NULL DEFAULT '{}',
    disabled_assets    text[]      NOT NULL DEFAULT '{}',
    ai_filter_enabled  boolean     NOT NULL DEFAULT true,
    last_updated       timestamptz NOT NULL DEFAULT now(),
    version            bigint      NOT NULL DEFAULT 1,
    write_id           uuid
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);

CREATE TABLE system_config (
    key        varchar(100) COLLATE "C" PRIMARY KEY,
    value      jsonb       NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    updated_by varchar(50),
    version    bigint      NOT NULL DEFAULT 1,
    write_id   uuid
);

-- The leading chat_id of the key lets the table shard by tenant; the month lets old trades be dropped as a whole. Partitions are made as trades
-- arrive: nexus_ensure_trade_partition.
CREATE TABLE trades (
    chat_id         varchar(50) COLLATE "C" NOT NULL,
    entry_timestamp timestamptz   NOT NULL,
    id              uuid          NOT NULL,
    symbol          varchar(20)   NOT NULL,
    side            varchar(5)    NOT NULL CHECK (side IN ('LONG', 'SHORT')),
    strategy        varchar(100),
    exchange        varchar(50),
    entry_price     numeric(20,8) NOT NULL,
    exit_price      numeric(20,8),
    quantity        numeric(20,8) NOT NULL,
    leverage        integer       NOT NULL DEFAULT 1,
    exit_timestamp  timestamptz,
    pnl             numeric(20,8),
    pnl_pct         numeric(10,4),
    fees            numeric(20,8) NOT NULL DEFAULT 0,
    slippage        numeric(20,8) NOT NULL DEFAULT 0,
    status          varchar(10)   NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'CLOSED', 'CANCELLED')),
    exit_reason     text,
    metadata        jsonb         NOT NULL DEFAULT '{}',
    updated_at      timestamptz   NOT NULL DEFAULT now(),
    version         bigint        NOT NULL DEFAULT 1,
    write_id        uuid,
    PRIMARY KEY (chat_id, entry_timestamp, id)
) PARTITION BY RANGE (entry_timestamp);

-- A close names only the id (POST /v1/trades/{id}/close); ids are UUIDv7, so new ones go to the right edge of the tree.
CREATE INDEX trades_id_idx ON trades (id);

-- The listing of all chats, newest entry first; one chat's listing reads the primary key backwards. Entries arrive almost in order as well.
CREATE INDEX trades_entry_idx ON trades (entry_timestamp, id);

-- Attaching takes a weaker lock on trades than CREATE TABLE … PARTITION OF would (SHARE UPDATE EXCLUSIVE): readers and writers go on.
CREATE FUNCTION nexus_ensure_trade_partition(at timestamptz) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    first_day timestamptz := date_trunc('month', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    next_month timestamptz := (date_trunc('month', at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    partition text := 'trades_' || to_char(at AT TIME ZONE 'UTC', 'YYYY_MM');
BEGIN
    IF EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'trades'::regclass AND c.relname = partition) THEN RETURN; END IF;
    -- Two sessions that need the same month: the second waits, and then finds it by a query, whose snapshot is new. to_regclass might answer from
    -- the session's cache, which waiting for an advisory lock does not refresh.
    PERFORM pg_advisory_xact_lock(hashtextextended('nexus_trade_partition', 0));
    IF EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'trades'::regclass AND c.relname = partition) THEN RETURN; END IF;
    EXECUTE format('CREATE TABLE %I (LIKE trades INCLUDING ALL) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)', partition);
    EXECUTE format('ALTER TABLE trades ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', partition, first_day, next_month);
END $$;

-- RFC 7396, section 2.
CREATE FUNCTION nexus_merge_patch(target jsonb, patch jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    name text;
    change jsonb;
BEGIN
    IF patch IS NULL OR jsonb_typeof(patch) <> 'object' THEN RETURN patch; END IF;
    IF target IS NULL OR jsonb_typeof(target) <> 'object' THEN target := '{}'; END IF;
    -- Most patches neither remove a key nor reach into an object: one pass over the document instead of one for each key.
    IF NOT patch @? '$.* ? (@ == null || @.type() == "object")' THEN RETURN target || patch; END IF;
    FOR name, change IN SELECT * FROM jsonb_each(patch) LOOP
        CASE jsonb_typeof(change)
            WHEN 'null' THEN target := target - name;
            WHEN 'object' THEN target := target || jsonb_build_object(name, nexus_merge_patch(target -> name, change));
            ELSE target := target || jsonb_build_object(name, change);
        END CASE;
    END LOOP;
    RETURN target;
END $$;

-- For what only a statement can find out: SQLSTATE NX400 becomes a validation error of that write alone, of the field that it names as the column.
CREATE FUNCTION nexus_refuse(field text, reason text) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'NX400', COLUMN = field, MESSAGE = reason;
END $$;

-- A patched document obeys the same limit as a saved one, counted as clients count it: jsonb's text has a space after each colon and comma.
-- SQLSTATE NX413 is as NX400, for what is too large.
CREATE FUNCTION nexus_merge_document(target jsonb, patch jsonb, field text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    merged jsonb := nexus_merge_patch(target, patch);
    bytes integer := octet_length(merged::text);
BEGIN
    IF bytes > 262144 AND bytes - length(regexp_replace(regexp_replace(merged::text, '"(\\.|[^"\\])*"', '', 'g'), '[^:,]', '', 'g')) > 262144 THEN
        RAISE EXCEPTION USING ERRCODE = 'NX413', COLUMN = field, MESSAGE = 'must be at most 262144 bytes after the patch';
    END IF;
    RETURN merged;
END $$;

-- One row a committed batch. After a connection broke at COMMIT, inserting the same id without a time tells the outcome and at the same time keeps
-- the lost transaction, should it still run, from committing later.
CREATE TABLE nexus_commits (
    id           uuid        PRIMARY KEY,
    committed_at timestamptz DEFAULT now()
) WITH (autovacuum_vacuum_insert_scale_factor = 0.05);
