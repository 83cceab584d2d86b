-- JSON values under a namespace and a key, with a time to live. The id is namespace/key; a namespace holds no slash. In the order of bytes the primary key
-- also serves the listing by prefix. Conversations write the same few rows all the time, so there is room for their next versions, and no index stands on
-- what each write changes: a sliding expiry would end HOT updates if the instant were indexed, the hour changes at most once an hour.
DO $migration$
BEGIN
    EXECUTE replace($function$
CREATE FUNCTION {schema}.nexus_expiry_hour(expires_at timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
    SELECT pg_catalog.floor(EXTRACT(epoch FROM expires_at OPERATOR(pg_catalog.-) pg_catalog.to_timestamp(0)) OPERATOR(pg_catalog./) 3600)::integer
$body$
    $function$, '{schema}', quote_ident(current_schema()));
END $migration$;

CREATE TABLE keyed_state (
    id           text COLLATE "C" PRIMARY KEY CHECK (octet_length(id) <= 1000),
    value        jsonb       NOT NULL,
    expires_at   timestamptz,
    expires_hour integer     GENERATED ALWAYS AS (nexus_expiry_hour(expires_at)) STORED,
    updated_at   timestamptz NOT NULL DEFAULT now(),
    version      bigint      NOT NULL DEFAULT 1,
    write_id     uuid
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200, autovacuum_analyze_scale_factor = 0.05);

CREATE INDEX keyed_state_expiry_idx ON keyed_state (expires_hour) WHERE expires_hour IS NOT NULL;
