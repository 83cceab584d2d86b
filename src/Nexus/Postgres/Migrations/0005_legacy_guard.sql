-- An adopted database takes writes of Nexus only. The bot that it replaces cannot read the adopted times: it takes every subscriber for unknown, locks the
-- sessions down and saves them without keys. Every write of Nexus sets write_id, or carries the comment below where it must not.
CREATE FUNCTION nexus_refuse_legacy_writer() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING
        ERRCODE = 'NX409',
        MESSAGE = pg_catalog.format('Nexus has adopted this database: table %s takes writes of Nexus only', TG_TABLE_NAME),
        DETAIL = 'The bot that Nexus replaces would overwrite keys, subscriptions and trades. Nothing was changed.',
        HINT = pg_catalog.format(
            'Stop the program that wrote this and use Nexus. The owner of the tables can lift the guard with SELECT %I.nexus_legacy_guard(false) and set it again with true.', TG_TABLE_SCHEMA);
END $$;

-- Sets the guard, or lifts it. Only the owner of the tables may.
DO $migration$
BEGIN
    EXECUTE replace($function$
CREATE FUNCTION nexus_legacy_guard(guarded boolean) RETURNS void
LANGUAGE plpgsql AS $body$
DECLARE
    home constant text := {schema};
    guarded_table text;
    unmarked constant text := 'pg_catalog.strpos(pg_catalog.current_query(), ''/* nexus */'') = 0';
BEGIN
    FOR guarded_table IN
        SELECT c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = home AND c.relkind = 'r' AND c.relname IN ('sessions', 'bot_state', 'users', 'trade_journal') ORDER BY c.relname
    LOOP
        EXECUTE pg_catalog.format('DROP TRIGGER IF EXISTS nexus_legacy_insert ON %I.%I', home, guarded_table);
        EXECUTE pg_catalog.format('DROP TRIGGER IF EXISTS nexus_legacy_update ON %I.%I', home, guarded_table);
        EXECUTE pg_catalog.format('DROP TRIGGER IF EXISTS nexus_legacy_delete ON %I.%I', home, guarded_table);
        CONTINUE WHEN NOT guarded;
        IF guarded_table = 'trade_journal' THEN
            EXECUTE pg_catalog.format(
                'CREATE TRIGGER nexus_legacy_insert BEFORE INSERT OR UPDATE ON %I.%I FOR EACH STATEMENT WHEN (%s) EXECUTE FUNCTION %I.nexus_refuse_legacy_writer()',
                home, guarded_table, unmarked, home);
            CONTINUE;
        END IF;
        EXECUTE pg_catalog.format(
            'CREATE TRIGGER nexus_legacy_insert BEFORE INSERT ON %I.%I FOR EACH ROW WHEN (NEW.write_id IS NULL) EXECUTE FUNCTION %I.nexus_refuse_legacy_writer()', home, guarded_table, home);
        EXECUTE pg_catalog.format(
            'CREATE TRIGGER nexus_legacy_update BEFORE UPDATE ON %I.%I FOR EACH ROW WHEN (NEW.write_id IS NOT DISTINCT FROM OLD.write_id AND NEW.version = OLD.version AND %s) '
            'EXECUTE FUNCTION %I.nexus_refuse_legacy_writer()', home, guarded_table, unmarked, home);
        EXECUTE pg_catalog.format(
            'CREATE TRIGGER nexus_legacy_delete BEFORE DELETE ON %I.%I FOR EACH ROW WHEN (%s) EXECUTE FUNCTION %I.nexus_refuse_legacy_writer()', home, guarded_table, unmarked, home);
    END LOOP;
END $body$
    $function$, '{schema}', quote_literal(current_schema()));
END $migration$;

SELECT nexus_legacy_guard(true) WHERE EXISTS (SELECT FROM nexus_meta WHERE name = 'adoption');
