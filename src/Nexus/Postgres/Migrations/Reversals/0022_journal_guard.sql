-- The guard as it was: DELETE on the journal passes.
DO $migration$
BEGIN
    EXECUTE replace($function$
CREATE OR REPLACE FUNCTION nexus_legacy_guard(guarded boolean) RETURNS void
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
        EXECUTE pg_catalog.format('DROP TRIGGER IF EXISTS nexus_legacy_truncate ON %I.%I', home, guarded_table);
        CONTINUE WHEN NOT guarded;
        EXECUTE pg_catalog.format(
            'CREATE TRIGGER nexus_legacy_truncate BEFORE TRUNCATE ON %I.%I FOR EACH STATEMENT WHEN (%s) EXECUTE FUNCTION %I.nexus_refuse_legacy_writer()',
            home, guarded_table, unmarked, home);
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

SELECT nexus_legacy_guard(true) WHERE EXISTS (
    SELECT FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND t.tgname = 'nexus_legacy_insert');
