-- One row for each thing that only one instance may do. The epoch grows with each change of the holder, and the database's clock alone judges the expiry.
-- A renewal is one statement, so a lease needs no session of its own and works behind poolers.
CREATE TABLE nexus_leases (
    name       text COLLATE "C" PRIMARY KEY CHECK (octet_length(name) <= 400),
    holder     text        NOT NULL,
    epoch      bigint      NOT NULL,
    taken_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0);

DO $migration$
BEGIN
    -- For a transaction that must be its leader's: first a lock that a new leader has to wait for, then, with a new snapshot, a look at the lease. A process
    -- that stops inside the transaction loses it after the time given, so that it cannot hold up the next leader.
    EXECUTE replace(replace($function$
CREATE FUNCTION {schema}.nexus_hold_lease(lease text, held_epoch bigint, holder_id text, idle_ms integer) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $body$
BEGIN
    PERFORM pg_catalog.set_config('idle_in_transaction_session_timeout', idle_ms::text, true);
    PERFORM pg_catalog.pg_advisory_xact_lock_shared(pg_catalog.hashtextextended(pg_catalog.concat('nexus_lease ', {text}, ' ', lease), 0));
    RETURN EXISTS (
        SELECT FROM {schema}.nexus_leases l
        WHERE l.name OPERATOR(pg_catalog.=) lease AND l.epoch OPERATOR(pg_catalog.=) held_epoch AND l.holder OPERATOR(pg_catalog.=) holder_id
            AND l.expires_at OPERATOR(pg_catalog.>) pg_catalog.clock_timestamp());
END $body$
    $function$, '{schema}', quote_ident(current_schema())), '{text}', quote_literal(current_schema()));
END $migration$;
