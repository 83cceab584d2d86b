namespace Nexus.Audit;

/// <summary>
/// Functions of extensions, the only ones outside of pg_catalog that the audit calls: written in C, a superuser's, and a member of the extension with
/// exactly these arguments. A call names a schema, and the schema's owner may rename it and put another in its place between any check and any call:
/// it must be a superuser's, or belong to a role whose rights the audit has anyway.
/// </summary>
/// <param name="Name">With its schema, quoted; null when <paramref name="Untrusted"/> says why not.</param>
/// <param name="Untrusted">The schema's owner who could replace it.</param>
internal sealed record ExtensionFunction(string? Name, string? Untrusted)
{
    private const string Sql = """
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

    /// <summary>Null when the extension has no such function.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="extension">The extension.</param>
    /// <param name="name">The function.</param>
    /// <param name="argument">The type of its one argument, such as <c>regclass</c>; empty for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ExtensionFunction?> FindAsync(AuditConnection connection, string extension, string name, string argument,
        CancellationToken cancellationToken) =>
        (await connection.QueryAsync(
            Sql,
            row => row.GetBoolean(3) ? new ExtensionFunction(SafeSql.Name(row.GetString(0), row.GetString(1)), null)
                : new ExtensionFunction(null, row.GetString(2)),
            [extension, name, argument],
            cancellationToken).ConfigureAwait(false)).FirstOrDefault();
}
