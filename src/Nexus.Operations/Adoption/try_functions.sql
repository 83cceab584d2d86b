-- Conversions that answer NULL instead of failing, so that one broken value does not stop a table. They live in pg_temp and go with the session.

-- A text without a zone is read in the session's, which adoption sets to the legacy's. Words such as 'now' are no dates of a row.
CREATE OR REPLACE FUNCTION pg_temp.nexus_try_instant(value text) RETURNS timestamptz LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
    IF value !~ '^\s*[0-9]' THEN RETURN NULL; END IF;
    RETURN value::timestamptz;
EXCEPTION WHEN data_exception THEN RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION pg_temp.nexus_try_jsonb(value text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN value::jsonb;
EXCEPTION WHEN data_exception OR program_limit_exceeded THEN RETURN NULL;
END $$;

-- A JSON array of texts and numbers, or PostgreSQL's own array text; each member once, in order.
CREATE OR REPLACE FUNCTION pg_temp.nexus_try_text_array(value text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
    document jsonb := pg_temp.nexus_try_jsonb(value);
BEGIN
    IF jsonb_typeof(document) = 'null' THEN RETURN '{}'; END IF;
    IF jsonb_typeof(document) = 'array' THEN
        IF EXISTS (SELECT FROM jsonb_array_elements(document) member WHERE jsonb_typeof(member) NOT IN ('string', 'number')) THEN RETURN NULL; END IF;
        RETURN coalesce((SELECT array_agg(member ORDER BY place)
                         FROM (SELECT member, min(place) AS place FROM jsonb_array_elements_text(document) WITH ORDINALITY AS m(member, place) GROUP BY member) members), '{}');
    END IF;
    IF document IS NOT NULL AND document <> '{}' OR value !~ '^\s*\{' THEN RETURN NULL; END IF;
    RETURN value::text[];
EXCEPTION WHEN data_exception THEN RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION pg_temp.nexus_try_boolean(value text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN lower(value)::boolean;
EXCEPTION WHEN data_exception THEN RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION pg_temp.nexus_try_integer(value text) RETURNS integer LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN value::integer;
EXCEPTION WHEN data_exception THEN RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION pg_temp.nexus_try_bigint(value text) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN value::bigint;
EXCEPTION WHEN data_exception THEN RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION pg_temp.nexus_try_uuid(value text) RETURNS uuid LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    RETURN value::uuid;
EXCEPTION WHEN data_exception THEN RETURN NULL;
END $$;
