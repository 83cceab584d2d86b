-- The functions name each other and the tables with their schema, so that they work in sessions whose search path is pg_catalog alone: there nobody who may
-- create in the schema can plant an operator or a function that runs in place of the system's.
DO $migration$
BEGIN
    EXECUTE replace(replace($function$
CREATE OR REPLACE FUNCTION {schema}.nexus_ensure_trade_partition(at timestamptz) RETURNS void
LANGUAGE plpgsql AS $body$
DECLARE
    parent regclass := format('%I.%I', {name}, 'trades')::regclass;
    first_day timestamptz := date_trunc('month', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
    next_month timestamptz := (date_trunc('month', at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC';
    partition text := 'trades_' || to_char(at AT TIME ZONE 'UTC', 'YYYY_MM');
BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = parent AND c.relname = partition) THEN RETURN; END IF;
    -- Two sessions that need the same month: the second waits, and then finds it by a query, whose snapshot is new. to_regclass might answer from
    -- the session's cache, which waiting for an advisory lock does not refresh.
    PERFORM pg_advisory_xact_lock(hashtextextended('nexus_trade_partition', 0));
    IF EXISTS (SELECT FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = parent AND c.relname = partition) THEN RETURN; END IF;
    EXECUTE format('CREATE TABLE %I.%I (LIKE %I.trades INCLUDING ALL) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)', {name}, partition, {name});
    EXECUTE format('ALTER TABLE %I.trades ATTACH PARTITION %I.%I FOR VALUES FROM (%L) TO (%L)', {name}, {name}, partition, first_day, next_month);
END $body$
    $function$, '{schema}', quote_ident(current_schema())), '{name}', quote_literal(current_schema()));

    EXECUTE replace($function$
CREATE OR REPLACE FUNCTION {schema}.nexus_merge_patch(target jsonb, patch jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
BEGIN
    IF patch IS NULL OR jsonb_typeof(patch) <> 'object' THEN RETURN patch; END IF;
    IF target IS NULL OR jsonb_typeof(target) <> 'object' THEN target := '{}'; END IF;
    -- Most patches neither remove a key nor reach into an object.
    IF NOT patch @? '$.* ? (@ == null || @.type() == "object")' THEN RETURN target || patch; END IF;
    -- One pass over document and patch: a pass for each removed or nested key made one patch of many keys cost minutes.
    RETURN coalesce(
        (SELECT jsonb_object_agg(merged.key, merged.value) FROM (
            SELECT t.key, t.value FROM jsonb_each(target) t WHERE NOT patch ? t.key
            UNION ALL
            SELECT p.key, CASE jsonb_typeof(p.value) WHEN 'object' THEN {schema}.nexus_merge_patch(target -> p.key, p.value) ELSE p.value END
            FROM jsonb_each(patch) p WHERE jsonb_typeof(p.value) <> 'null') merged),
        '{}');
END $body$
    $function$, '{schema}', quote_ident(current_schema()));

    EXECUTE replace($function$
CREATE OR REPLACE FUNCTION {schema}.nexus_merge_document(target jsonb, patch jsonb, field text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
DECLARE
    merged jsonb := {schema}.nexus_merge_patch(target, patch);
    bytes integer := octet_length(merged::text);
BEGIN
    IF bytes > 262144 AND bytes - length(regexp_replace(regexp_replace(merged::text, '"(\\.|[^"\\])*"', '', 'g'), '[^:,]', '', 'g')) > 262144 THEN
        RAISE EXCEPTION USING ERRCODE = 'NX413', COLUMN = field, MESSAGE = 'must be at most 262144 bytes after the patch';
    END IF;
    RETURN merged;
END $body$
    $function$, '{schema}', quote_ident(current_schema()));
END $migration$;
