-- Symbols of up to 64 and names of up to 256 characters. A longer varchar changes the catalog and no row. Columns that are as long already, because
-- a legacy table had them so, stay; so does one on which a view of somebody else stands, with a warning, since PostgreSQL refuses to change it.
DO $$
DECLARE
    wanted record;
BEGIN
    FOR wanted IN
        SELECT w.relation, w.attribute, w.length
        FROM (VALUES
            ('users', 'name', 256), ('trades', 'symbol', 64), ('trades', 'strategy', 256), ('trades', 'exchange', 256)) AS w (relation, attribute, length)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = w.relation::pg_catalog.regclass AND a.attname = w.attribute AND NOT a.attisdropped
        WHERE a.atttypid = 'pg_catalog.varchar'::pg_catalog.regtype AND a.atttypmod BETWEEN 5 AND w.length + 3
    LOOP
        BEGIN
            EXECUTE pg_catalog.format('ALTER TABLE %I ALTER COLUMN %I TYPE varchar(%s)', wanted.relation, wanted.attribute, wanted.length);
        EXCEPTION WHEN feature_not_supported THEN
            RAISE WARNING '%.% stays shorter than % characters: a view stands on it', wanted.relation, wanted.attribute, wanted.length;
        END;
    END LOOP;
END $$;
