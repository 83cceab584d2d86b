LOCK TABLE nexus_moves, nexus_leaving, nexus_leaving_rows IN ACCESS EXCLUSIVE MODE;
SELECT 'buckets are moving between shards: finish the move with nexus shards move first' WHERE EXISTS (SELECT FROM nexus_moves) OR EXISTS (SELECT FROM nexus_leaving);
DROP TABLE nexus_moves, nexus_leaving, nexus_leaving_rows;
DROP FUNCTION nexus_accept(anyelement, boolean, text, text);

-- The functions that the migration replaced are those of 0006, 0015 and 0016 again.
CREATE OR REPLACE FUNCTION nexus_amount(field text, amount numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF abs(amount) >= 1e20 THEN
        RAISE EXCEPTION USING ERRCODE = 'NX400', COLUMN = field, MESSAGE = 'must stay below 100000000000000000000';
    ELSIF abs(amount) * ('1e' || min_scale(amount))::numeric >= 1e28 THEN
        RAISE EXCEPTION USING ERRCODE = 'NX400', COLUMN = field, MESSAGE = 'must have at most 28 significant digits';
    END IF;
    RETURN amount;
END $$;
DO $migration$
BEGIN
    EXECUTE replace($function$
CREATE OR REPLACE FUNCTION {schema}.nexus_merge_document(target jsonb, patch jsonb, field text) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $body$
DECLARE
    merged jsonb := {schema}.nexus_merge_patch(target, patch);
BEGIN
    IF octet_length(merged::text) > 262144 AND {schema}.nexus_document_bytes(merged::text) > 262144 THEN
        RAISE EXCEPTION USING ERRCODE = 'NX413', COLUMN = field, MESSAGE = 'must be at most 262144 bytes after the patch';
    END IF;
    RETURN merged;
END $body$
    $function$, '{schema}', quote_ident(current_schema()));

    EXECUTE replace($function$
CREATE OR REPLACE FUNCTION {schema}.nexus_state_bucket(id text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT CASE WHEN NOT pg_catalog.starts_with(id, 'nexus.') THEN
        {schema}.nexus_bucket(coalesce(pg_catalog.substring(id, '^[^/]*/(-?[0-9]{1,50})(?:[/:|]|$)'), id)) END
$body$
    $function$, '{schema}', quote_ident(current_schema()));
END $migration$;
