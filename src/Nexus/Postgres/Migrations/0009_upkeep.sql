-- Settings of the tables as measured, also for tables that were adopted and partitions that were made before. None rewrites a table; each takes a lock that
-- lets reads and writes continue. Where an operator has set a value, it stays.
DO $migration$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT c.oid::pg_catalog.regclass AS relation, w.name, w.value
        FROM (VALUES
            ('sessions', 'fillfactor', '50'), ('sessions', 'autovacuum_vacuum_scale_factor', '0.02'), ('sessions', 'autovacuum_vacuum_threshold', '200'),
            ('sessions', 'autovacuum_analyze_scale_factor', '0.05'),
            ('users', 'fillfactor', '90'), ('users', 'autovacuum_vacuum_scale_factor', '0.05'), ('users', 'autovacuum_vacuum_threshold', '200'),
            ('users', 'autovacuum_analyze_scale_factor', '0.05'),
            ('bot_state', 'fillfactor', '10'), ('bot_state', 'autovacuum_vacuum_scale_factor', '0'), ('bot_state', 'autovacuum_vacuum_threshold', '200'),
            ('nexus_commits', 'autovacuum_vacuum_insert_scale_factor', '0.05'), ('nexus_commits', 'autovacuum_vacuum_scale_factor', '0.05'),
            ('trades', 'autovacuum_vacuum_insert_scale_factor', '0.02'), ('trades', 'autovacuum_analyze_scale_factor', '0.02')) AS w (owner, name, value)
            JOIN pg_catalog.pg_class t ON t.relname = w.owner
                AND t.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = current_schema())
            JOIN pg_catalog.pg_class c ON c.relkind = 'r' AND (c.oid = t.oid
                OR EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid AND i.inhparent = t.oid))
        WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_options_to_table(c.reloptions) o WHERE o.option_name = w.name)
        ORDER BY c.oid
    LOOP
        -- The text of a regclass is quoted where it must be.
        EXECUTE pg_catalog.format('ALTER TABLE %s SET (%I = %s)', wanted.relation, wanted.name, wanted.value);
    END LOOP;
END $migration$;
