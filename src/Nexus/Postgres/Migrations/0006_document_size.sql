-- A patched document is measured as a saved one is: in compact form and with its secrets in plain text. A sealed value is nx1.<key id>.<base64url>, whose last
-- part holds 44 bytes beside the plain text. In the text of jsonb only a value follows a space or a bracket, and only a name has a colon behind it.
DO $migration$
BEGIN
    EXECUTE replace($function$
CREATE OR REPLACE FUNCTION {schema}.nexus_document_bytes(document text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
    SELECT (octet_length(document)
        - length(regexp_replace(regexp_replace(document, '"(\\.|[^"\\])*"', '', 'g'), '[^:,]', '', 'g'))
        - coalesce((
            SELECT sum(length(sealed[1]) - greatest(0, length(sealed[2]) * 3 / 4 - 44))
            FROM regexp_matches(document, '[ []"(nx1\.[0-9a-f]{8}\.([A-Za-z0-9_-]+))"(?!:)', 'g') AS sealed), 0))::integer
$body$
    $function$, '{schema}', quote_ident(current_schema()));

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
END $migration$;
