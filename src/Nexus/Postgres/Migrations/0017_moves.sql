-- Moves of buckets between shards: docs/decisions/0035-moves-of-buckets.md.

-- On the home shard: the move that is under way, or was interrupted.
CREATE TABLE nexus_moves (
    is_only    boolean     PRIMARY KEY DEFAULT true CHECK (is_only),
    id         uuid        NOT NULL,
    source     integer     NOT NULL,
    target     integer     NOT NULL,
    buckets    bit(4096)   NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now()
);

-- On the shard that buckets leave: which do, and the keys of their rows that were changed since they were copied. Triggers write them while a move runs.
CREATE TABLE nexus_leaving (
    is_only boolean   PRIMARY KEY DEFAULT true CHECK (is_only),
    id      uuid      NOT NULL,
    buckets bit(4096) NOT NULL
);

CREATE TABLE nexus_leaving_rows (
    note         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    move_id      uuid NOT NULL,
    record_table text COLLATE "C" NOT NULL,
    key          text COLLATE "C",
    at           timestamptz,
    id           uuid
);

DO $migration$
BEGIN
    -- As before; in Nexus's own namespaces a key may end with the number of its bucket.
    EXECUTE replace($function$
CREATE OR REPLACE FUNCTION {schema}.nexus_state_bucket(id text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT CASE
        WHEN NOT pg_catalog.starts_with(id, 'nexus.') THEN
            {schema}.nexus_bucket(coalesce(pg_catalog.substring(id, '^[^/]*/(-?[0-9]{1,50})(?:[/:|]|$)'), id))
        WHEN pg_catalog.substring(id, '@0*([0-9]{1,4})$')::integer OPERATOR(pg_catalog.<) 4096 THEN
            pg_catalog.substring(id, '@0*([0-9]{1,4})$')::integer
    END
$body$
    $function$, '{schema}', quote_ident(current_schema()));

    -- A value that a statement may refuse: SQLSTATE NX400 becomes a validation error of that write alone. It takes the value and is immutable, as Citus demands
    -- of functions in UPDATE; there the message is all that arrives, so the field stands in front of it.
    EXECUTE replace($function$
CREATE FUNCTION {schema}.nexus_accept(value anyelement, is_fine boolean, field text, reason text) RETURNS anyelement
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
BEGIN
    IF is_fine IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'NX400', COLUMN = field, MESSAGE = pg_catalog.concat(field, ': ', reason);
    END IF;
    RETURN value;
END $body$
    $function$, '{schema}', quote_ident(current_schema()));

    -- As before, with the field in the message.
    EXECUTE replace($function$
CREATE OR REPLACE FUNCTION {schema}.nexus_merge_document(target jsonb, patch jsonb, field text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
DECLARE
    merged jsonb := {schema}.nexus_merge_patch(target, patch);
BEGIN
    IF octet_length(merged::text) > 262144 AND {schema}.nexus_document_bytes(merged::text) > 262144 THEN
        RAISE EXCEPTION USING ERRCODE = 'NX413', COLUMN = field,
            MESSAGE = pg_catalog.concat(field, ': must be at most 262144 bytes after the patch');
    END IF;
    RETURN merged;
END $body$
    $function$, '{schema}', quote_ident(current_schema()));

    EXECUTE replace($function$
CREATE OR REPLACE FUNCTION {schema}.nexus_amount(field text, amount numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
BEGIN
    IF abs(amount) >= 1e20 THEN
        RAISE EXCEPTION USING ERRCODE = 'NX400', COLUMN = field, MESSAGE = pg_catalog.concat(field, ': must stay below 100000000000000000000');
    ELSIF abs(amount) * ('1e' || min_scale(amount))::numeric >= 1e28 THEN
        RAISE EXCEPTION USING ERRCODE = 'NX400', COLUMN = field, MESSAGE = pg_catalog.concat(field, ': must have at most 28 significant digits');
    END IF;
    RETURN amount;
END $body$
    $function$, '{schema}', quote_ident(current_schema()));
END $migration$;
