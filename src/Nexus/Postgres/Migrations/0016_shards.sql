-- A database with several shards: docs/decisions/0031-shards.md. Without a row in nexus_shard the schema is a database by itself.

-- What this schema is and which buckets of chats are its own. Every write of the shard reads the row in its own transaction, so a move that locks the table
-- exclusively has no write in flight.
CREATE TABLE nexus_shard (
    is_only boolean   PRIMARY KEY DEFAULT true CHECK (is_only),
    map_id  uuid      NOT NULL,
    number  integer   NOT NULL CHECK (number >= 0),
    epoch   bigint    NOT NULL,
    owned   bit(4096) NOT NULL
);

-- The map, on the home shard alone. The server is a place in the list of addresses, 0 for the home shard's own: addresses hold passwords and are not stored.
CREATE TABLE nexus_shards (
    number      integer   PRIMARY KEY CHECK (number >= 0),
    map_id      uuid      NOT NULL,
    schema_name text      NOT NULL CHECK (octet_length(schema_name) <= 63),
    server      integer   NOT NULL CHECK (server >= 0),
    epoch       bigint    NOT NULL,
    owned       bit(4096) NOT NULL
);

-- That the shard has checked the batch's buckets. A constraint demands it once the database has shards, so that a program that knows nothing of them can no
-- longer write.
ALTER TABLE nexus_commits ADD COLUMN is_checked boolean;

DO $migration$
BEGIN
    -- The first 12 bits of SHA-256 over the id in UTF-8.
    EXECUTE replace($function$
CREATE FUNCTION {schema}.nexus_bucket(chat text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT (pg_catalog.get_byte(d.hash, 0) OPERATOR(pg_catalog.<<) 4) OPERATOR(pg_catalog.|) (pg_catalog.get_byte(d.hash, 1) OPERATOR(pg_catalog.>>) 4)
    FROM (SELECT pg_catalog.sha256(pg_catalog.convert_to(chat, 'UTF8')) AS hash) AS d
$body$
    $function$, '{schema}', quote_ident(current_schema()));

    -- A value of the keyed state is with the chat that is the first part of its key; null for Nexus's own namespaces, which are at home.
    EXECUTE replace($function$
CREATE FUNCTION {schema}.nexus_state_bucket(id text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $body$
    SELECT CASE WHEN NOT pg_catalog.starts_with(id, 'nexus.') THEN
        {schema}.nexus_bucket(coalesce(pg_catalog.substring(id, '^[^/]*/(-?[0-9]{1,50})(?:[/:|]|$)'), id)) END
$body$
    $function$, '{schema}', quote_ident(current_schema()));

    -- SQLSTATE NX421 for a bucket that is not of this shard: the writer's map is old. The lock on the table lasts until the end of the transaction.
    EXECUTE replace($function$
CREATE FUNCTION {schema}.nexus_hold_buckets(buckets integer[]) RETURNS boolean
LANGUAGE plpgsql VOLATILE AS $body$
DECLARE
    mine bit(4096);
    bucket integer;
BEGIN
    SELECT s.owned INTO mine FROM {schema}.nexus_shard s;
    FOREACH bucket IN ARRAY buckets LOOP
        IF coalesce(pg_catalog.get_bit(mine, bucket) OPERATOR(pg_catalog.=) 0, true) THEN
            RAISE EXCEPTION USING ERRCODE = 'NX421', MESSAGE = pg_catalog.format('bucket %s is not of this shard', bucket);
        END IF;
    END LOOP;
    RETURN true;
END $body$
    $function$, '{schema}', quote_ident(current_schema()));
END $migration$;
