namespace Nexus.Audit;

/// <summary>An application that works as a role which may do more than the application needs: what is injected into it may do that too.</summary>
internal sealed class S1PrivilegedApplication : AuditCheck
{
    // Roles with explicit rights on tables here are meant to work here, also while they are not connected.
    private const string Sql = """
        SELECT r.rolname::text, r.rolsuper, r.rolbypassrls, r.rolname = ANY ($1),
            (SELECT count(*) FROM pg_catalog.pg_class c
                WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p') AND c.oid = ANY ($2::bigint[]::oid[])),
            EXISTS (SELECT FROM pg_catalog.pg_class c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a
                WHERE c.oid = ANY ($2::bigint[]::oid[]) AND a.grantee NOT IN (0, r.oid, c.relowner) AND c.relowner = r.oid),
            r.oid <> 10 AND EXISTS (SELECT FROM pg_catalog.pg_class c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a
                WHERE c.oid = ANY ($2::bigint[]::oid[]) AND a.grantee = r.oid AND c.relowner <> r.oid)
        FROM pg_catalog.pg_roles r WHERE r.rolcanlogin AND r.rolname !~ '^(pg_|rds|cloudsql|azure_)'
        """;

    /// <summary>People's tools, dumps and exporters, by how their application_name begins.</summary>
    private static readonly string[] Tools =
        ["psql", "pgbench", "pgadmin", "dbeaver", "datagrip", "tableplus", "navicat", "pg_dump", "pg_restore", "pg_basebackup", "pg_receivewal",
            "pgbackrest", "barman", "wal-g", "postgres_exporter", "pgwatch", "nexus migrate", "nexus backup"];

    private sealed record Role(string Name, bool IsSuperuser, bool BypassesRls, bool IsSeen, long Owned, bool SharesTables, bool IsGranted);

    public override string Id => "S1";

    public override Bilingual Title { get; } = new("Application with too many rights", "Aplicación con demasiados privilegios");

    public override Bilingual Positive { get; } =
        new("The application has no more rights than it needs", "La aplicación no tiene más privilegios de los necesarios");

    public override Bilingual SeverityRule { get; } = new(
        "superuser critical, BYPASSRLS high (one step lower if not seen active); owner of the tables medium if other roles have rights on them, "
        + "otherwise low",
        "superusuario crítica, BYPASSRLS alta (un nivel menos si no se vio activo); dueño de las tablas media si otros roles tienen privilegios "
        + "sobre ellas, si no baja");

    public override Bilingual FalsePositives { get; } = new(
        "psql, administration tools, dumps and exporters are not applications; a role that only migrates may own the tables",
        "psql, las herramientas de administración, los volcados y los exportadores no son aplicaciones; un rol que solo migra puede ser el dueño "
        + "de las tablas");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var seen = context.Window.Samples.SelectMany(sample => sample)
            .Where(session => session.Database == context.Server.Database && session.IsClient && session.User is not null
                && !Array.Exists(Tools, tool => session.Application.StartsWith(tool, StringComparison.OrdinalIgnoreCase)))
            .GroupBy(session => session.User!).ToDictionary(group => group.Key, group => group.First().Application);
        var roles = await context.QueryAsync(
            Sql, row => new Role(row.GetText(0), row.GetBoolean(1), row.GetBoolean(2), row.GetBoolean(3), row.GetInt64(4), row.GetBoolean(5),
                row.GetBoolean(6)), seen.Keys.ToArray(), context.Relations.Declared).ConfigureAwait(false);
        return [.. roles.Select(role => (role, Severity: Judge(role))).Where(pair => pair.Severity is not null)
            .Select(pair => MakeFinding(pair.role, pair.Severity!.Value, seen.GetValueOrDefault(pair.role.Name, "")))];
    }

    private static AuditSeverity? Judge(Role role) => role switch
    {
        { IsSeen: true, IsSuperuser: true } => AuditSeverity.Critical,
        { IsSeen: true, BypassesRls: true } => AuditSeverity.High,
        { IsGranted: true, IsSuperuser: true } => AuditSeverity.High,
        { IsGranted: true, BypassesRls: true } => AuditSeverity.Medium,
        { IsSeen: true, Owned: > 0, SharesTables: true } => AuditSeverity.Medium,
        { IsSeen: true, Owned: > 0 } => AuditSeverity.Low,
        _ => null,
    };

    private static Finding MakeFinding(Role role, AuditSeverity severity, string application)
    {
        var name = SafeSql.Name(role.Name);
        var (en, es) = role switch
        {
            { IsSuperuser: true } => ("a superuser: it can read every file of the server and run programs on it",
                "superusuario: puede leer cualquier archivo del servidor y ejecutar programas en él"),
            { BypassesRls: true } => ("exempt from row level security (BYPASSRLS)", "un rol exento de la seguridad por filas (BYPASSRLS)"),
            _ => ("the owner of the tables: it can drop them, and row level security does not apply to it",
                "el dueño de las tablas: puede eliminarlas y la seguridad por filas no se le aplica"),
        };
        var evidence = new List<Evidence>
        {
            Evidence.Of("ownedTables", role.Owned, "tables that it owns", "tablas de las que es dueño"),
            Evidence.Of("seen", role.IsSeen ? 1 : 0, "seen active during the window", "visto activo durante la ventana"),
        };
        if (application.Length > 0) evidence.Add(Evidence.Of("application", application, "application", "aplicación"));
        return new Finding
        {
            Severity = severity,
            Confidence = role.IsSeen ? AuditConfidence.Measured : AuditConfidence.Inferred,
            Object = $"role {role.Name}",
            Found = new($"the application's role {role.Name} is {en}", $"el rol de la aplicación {role.Name} es {es}"),
            Evidence = evidence,
            Fix = role.IsSuperuser || role.BypassesRls
                ? new Fix
                {
                    Advice = new(
                        "Grant it what it uses (SELECT, INSERT, UPDATE, DELETE on its tables), then remove the attribute. Keep another role that "
                        + "can administer the server.",
                        "Concédale lo que usa (SELECT, INSERT, UPDATE, DELETE sobre sus tablas) y después retire el atributo. Conserve otro rol "
                        + "que pueda administrar el servidor."),
                    Sql = [$"ALTER ROLE {name} {(role.IsSuperuser ? "NOSUPERUSER" : "NOBYPASSRLS")}"],
                    Rollback = [$"ALTER ROLE {name} {(role.IsSuperuser ? "SUPERUSER" : "BYPASSRLS")}"],
                }
                : new Fix
                {
                    Advice = new(
                        "Make a role that only migrates the owner of the tables, and give the application a role with SELECT, INSERT, UPDATE and "
                        + "DELETE.",
                        "Haga dueño de las tablas a un rol que solo migra y dé a la aplicación un rol con SELECT, INSERT, UPDATE y DELETE."),
                },
        };
    }
}
