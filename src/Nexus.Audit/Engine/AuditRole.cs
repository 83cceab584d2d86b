namespace Nexus.Audit;

/// <summary>
/// Which roles may audit. A mistake of the audit in a hostile database costs what its role may do, so that roles which may do everything are refused
/// unless asked for.
/// </summary>
internal static class AuditRole
{
    // Both roles: a preset "role" can hide a superuser behind a lesser current_user, and code could RESET ROLE. Membership counts because it allows
    // SET ROLE. The three predefined roles run programs and read or write files of the server, which is as much as a superuser may do.
    private const string Sql = """
        SELECT r.rolname::text FROM pg_catalog.pg_roles r
        WHERE (r.rolsuper OR r.rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'))
            AND (pg_catalog.pg_has_role(session_user, r.oid, 'MEMBER') OR pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER'))
        ORDER BY NOT r.rolsuper, r.rolname = ANY (ARRAY[session_user, current_user]::name[]) DESC, r.rolname LIMIT 1
        """;

    /// <exception cref="AuditException">The role is a superuser, or can act as one.</exception>
    public static async Task RefusePrivilegedAsync(AuditConnection connection, CancellationToken cancellationToken)
    {
        var roles = await connection.InTransactionAsync(() => connection.QueryAsync(Sql, row => row.GetText(0), [], cancellationToken),
            cancellationToken).ConfigureAwait(false);
        if (roles.Count > 0)
        {
            throw new AuditException(
                AuditErrorKind.PrivilegedRole,
                $"logs in as a role with the rights of {Printable.Line(roles[0])}, which controls the whole server; audit with the role that "
                + $"docs/audit.md describes, or set {nameof(AuditOptions.AllowSuperuser)}",
                nameof(AuditOptions.ConnectionString));
        }
    }
}
