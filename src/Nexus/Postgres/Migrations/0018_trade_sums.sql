-- Sums of whole days of closed trades, from which the performance of a chat with many trades is made: docs/decisions/0038-stored-sums-of-days.md.

-- The chats that have sums. A chat is entered first and summed later, so that each close since then has left a mark. The state of the partitions is that of
-- the sums; another one, as after a partition was detached, emptied or attached or a trigger switched off, makes them void.
CREATE TABLE nexus_summed_chats (
    chat_id    text COLLATE "C" PRIMARY KEY,
    partitions bytea
);

-- One row for each UTC day of the exit and each name of a kind: the chat itself, a strategy, symbol, exchange or side. Null for trades without exit time or
-- name. The rows of the chat know the days on which the trades were entered, which find them by the primary key of trades.
CREATE TABLE nexus_trade_sums (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    chat_id    text COLLATE "C" NOT NULL,
    kind       text COLLATE "C" NOT NULL,
    name       text COLLATE "C",
    day        timestamptz,
    entry_days timestamptz[],
    trades     bigint NOT NULL,
    wins       bigint NOT NULL,
    losses     bigint NOT NULL,
    profit     numeric,
    loss       numeric,
    fees       numeric NOT NULL,
    top        numeric NOT NULL,
    bottom     numeric NOT NULL,
    fall       numeric NOT NULL,
    held       interval,
    holdings   bigint NOT NULL,
    mae        numeric,
    maes       bigint NOT NULL,
    mfe        numeric,
    mfes       bigint NOT NULL
);

CREATE INDEX nexus_trade_sums_day_idx ON nexus_trade_sums (chat_id, kind, name, day);

-- Days of summed chats whose trades have changed since: one row for each transaction, so that writers never wait for each other. Whoever sums a day again
-- deletes in the same transaction the marks that it has seen. Infinity stands for trades without exit time as well.
CREATE TABLE nexus_trade_marks (
    chat_id   text COLLATE "C" NOT NULL,
    day       timestamptz NOT NULL,
    entry_day timestamptz NOT NULL,
    writer    xid8        NOT NULL,
    PRIMARY KEY (chat_id, day, entry_day, writer)
);

DO $migration$
BEGIN
    EXECUTE replace($function$
CREATE FUNCTION {schema}.nexus_mark_day(chat text, exited timestamptz, entered timestamptz) RETURNS void
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $body$
    INSERT INTO {schema}.nexus_trade_marks (chat_id, day, entry_day, writer)
    VALUES (chat, coalesce(date_bin('24 hours', exited, timestamptz '0001-01-01 00:00:00+00'), 'infinity'),
        date_bin('24 hours', entered, timestamptz '0001-01-01 00:00:00+00'), pg_current_xact_id())
    ON CONFLICT DO NOTHING
$body$
    $function$, '{schema}', quote_ident(current_schema()));

    -- Programs that write trades without Nexus need no rights on the tables of the sums. Outside of read committed the snapshot may be older than the entry of
    -- the chat, so a mark is left in any case. A trade that changes its owner is erased: nothing of the former one stays here.
    EXECUTE replace($function$
CREATE FUNCTION {schema}.nexus_mark_trade() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        IF NEW.status = 'CLOSED' AND (EXISTS (SELECT FROM {schema}.nexus_summed_chats c WHERE c.chat_id = NEW.chat_id)
            OR current_setting('transaction_isolation') <> 'read committed') THEN
            PERFORM {schema}.nexus_mark_day(NEW.chat_id, NEW.exit_timestamp, NEW.entry_timestamp);
        END IF;
        IF TG_OP = 'INSERT' THEN RETURN NULL; END IF;
    END IF;
    IF OLD.status = 'CLOSED' AND (EXISTS (SELECT FROM {schema}.nexus_summed_chats c WHERE c.chat_id = OLD.chat_id)
        OR current_setting('transaction_isolation') <> 'read committed') THEN
        PERFORM {schema}.nexus_mark_day(OLD.chat_id, OLD.exit_timestamp, OLD.entry_timestamp);
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.chat_id <> NEW.chat_id THEN
        DELETE FROM {schema}.nexus_summed_chats c WHERE c.chat_id = OLD.chat_id;
        DELETE FROM {schema}.nexus_trade_sums s WHERE s.chat_id = OLD.chat_id;
        DELETE FROM {schema}.nexus_trade_marks m WHERE m.chat_id = OLD.chat_id;
    END IF;
    RETURN NULL;
END $body$
    $function$, '{schema}', quote_ident(current_schema()));

    -- What the sums depend on beside the rows: which partitions there are, that none was emptied, and that the triggers were never switched off.
    EXECUTE replace(replace($function$
CREATE FUNCTION {schema}.nexus_trade_partitions() RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $body$
    SELECT sha256(convert_to(coalesce(string_agg(p.state, ' ' ORDER BY p.state), ''), 'UTF8'))
    FROM (
        SELECT concat_ws(':', i.inhrelid, pg_relation_filenode(i.inhrelid), (
            SELECT string_agg(g.xmin::text, ',' ORDER BY g.oid) FROM pg_trigger g
            WHERE g.tgrelid = i.inhrelid AND starts_with(g.tgname::text, 'nexus_trade_') AND g.tgenabled <> 'D')) AS state
        FROM pg_inherits i WHERE i.inhparent = {trades}::regclass AND NOT i.inhdetachpending) AS p
$body$
    $function$, '{schema}', quote_ident(current_schema())), '{trades}', quote_literal(quote_ident(current_schema()) || '.trades'));

    -- Citus takes no triggers on tables that it places. Without them no chat has sums, and its figures are made from its trades.
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_extension WHERE extname = 'citus') THEN
        CREATE TRIGGER nexus_trade_inserted AFTER INSERT ON trades FOR EACH ROW WHEN (NEW.status = 'CLOSED') EXECUTE FUNCTION nexus_mark_trade();
        CREATE TRIGGER nexus_trade_updated AFTER UPDATE ON trades FOR EACH ROW WHEN (OLD.status = 'CLOSED' OR NEW.status = 'CLOSED')
            EXECUTE FUNCTION nexus_mark_trade();
        CREATE TRIGGER nexus_trade_deleted AFTER DELETE ON trades FOR EACH ROW WHEN (OLD.status = 'CLOSED') EXECUTE FUNCTION nexus_mark_trade();
    END IF;
END $migration$;
