namespace Nexus.Audit;

/// <summary>Finds a function of an extension and tells whether calling it runs no code of a user: docs/audit.md.</summary>
public static class ExtensionFunctionSql
{
    /// <summary>
    /// One row, or none without the function: its schema, its name, the schema's owner, and whether nobody but a superuser or the session's own role
    /// could replace it. Parameters of type text: the extension, the function, and the type of its one argument or an empty text.
    /// </summary>
    public static string Find => """
        SELECT n.nspname::text, p.proname::text, o.rolname::text,
            CASE WHEN o.rolname = 'pg_database_owner'
                THEN (SELECT r.rolsuper FROM pg_catalog.pg_database b JOIN pg_catalog.pg_roles r ON r.oid = b.datdba
                    WHERE b.datname = pg_catalog.current_database()) ELSE o.rolsuper END
                OR (NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolsuper AND r.rolname IN (current_user, session_user))
                    AND pg_catalog.pg_has_role(current_user, n.nspowner, 'USAGE'))
        FROM pg_catalog.pg_extension e
        JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_extension'::regclass AND d.refobjid = e.oid
            AND d.classid = 'pg_catalog.pg_proc'::regclass AND d.deptype = 'e'
        JOIN pg_catalog.pg_proc p ON p.oid = d.objid AND p.prolang = 13
        JOIN pg_catalog.pg_roles f ON f.oid = p.proowner AND f.rolsuper
        JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        JOIN pg_catalog.pg_roles o ON o.oid = n.nspowner
        WHERE e.extname = $1 AND p.proname = $2 AND p.pronargs = CASE WHEN $3 = '' THEN 0 ELSE 1 END
            AND ($3 = '' OR p.proargtypes[0] = pg_catalog.to_regtype($3))
        """;
}
