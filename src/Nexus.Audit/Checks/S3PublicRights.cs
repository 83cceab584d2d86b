namespace Nexus.Audit;

/// <summary>
/// Rights of PUBLIC, which every role of the server has: making objects in schemas that others look into, and entering the database.
/// </summary>
internal sealed class S3PublicRights : AuditCheck
{
    private const string SchemasSql = $"""
        SELECT n.nspname::text, n.nspname = ANY (pg_catalog.string_to_array(pg_catalog.regexp_replace(coalesce($1, ''), '[ "]', '', 'g'), ','))
        FROM pg_catalog.pg_namespace n CROSS JOIN LATERAL pg_catalog.aclexplode(n.nspacl) a
        WHERE a.grantee = 0 AND a.privilege_type = 'CREATE' AND {AuditedRelations.IsAuditedSchema} ORDER BY 1
        """;

    private const string DatabaseSql = """
        SELECT a.privilege_type, (SELECT count(*) FROM pg_catalog.pg_roles r WHERE r.rolcanlogin AND NOT r.rolsuper AND r.oid <> d.datdba
            AND r.rolname !~ '^pg_')
        FROM pg_catalog.pg_database d CROSS JOIN LATERAL pg_catalog.aclexplode(coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))) a
        WHERE d.datname = pg_catalog.current_database() AND a.grantee = 0 AND a.privilege_type IN ('CONNECT', 'TEMPORARY', 'CREATE') ORDER BY 1
        """;

    public override string Id => "S3";

    public override Bilingual Title { get; } = new("Rights of PUBLIC", "Privilegios de PUBLIC");

    public override Bilingual Positive { get; } = new("PUBLIC has no relevant rights", "PUBLIC no tiene privilegios relevantes");

    public override Bilingual SeverityRule { get; } = new(
        "CREATE in a schema or the database high, in public before PostgreSQL 15, whose default it is, medium; CONNECT and TEMPORARY low",
        "CREATE en un esquema o en la base de datos alta, en public antes de PostgreSQL 15, donde viene por defecto, media; CONNECT y "
        + "TEMPORARY baja");

    public override Bilingual FalsePositives { get; } = new(
        "CONNECT and TEMPORARY are PostgreSQL's default for every database and matter only if other roles log in to the server",
        "CONNECT y TEMPORARY vienen por defecto en toda base de datos y solo importan si otros roles entran en el servidor");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var findings = new List<Finding>();
        foreach (var (schema, isSearched) in await context.QueryAsync(SchemasSql, row => (row.GetText(0), row.GetBoolean(1)),
            context.Server.Settings.GetValueOrDefault("search_path")).ConfigureAwait(false))
        {
            var name = SafeSql.Name(schema);
            findings.Add(new Finding
            {
                Severity = schema == "public" && context.Server.Version < 150_000 ? AuditSeverity.Medium : AuditSeverity.High,
                Confidence = AuditConfidence.Measured,
                Object = $"schema {schema}",
                Found = new(
                    $"every role may create tables and functions in the schema {schema}; objects in the search path can replace the application's "
                    + "own",
                    $"cualquier rol puede crear tablas y funciones en el esquema {schema}; los objetos de la ruta de búsqueda pueden suplantar a "
                    + "los de la aplicación"),
                Evidence = [Evidence.Of("inSearchPath", isSearched ? 1 : 0, "in the search path", "en la ruta de búsqueda")],
                Fix = new Fix
                {
                    Advice = new(
                        "Revoke it and grant CREATE to the role that migrates. This is the default since PostgreSQL 15; databases that are older "
                        + "or were upgraded keep the earlier one.",
                        "Revóquelo y conceda CREATE al rol que migra. Es el valor por defecto desde PostgreSQL 15; las bases creadas antes o "
                        + "actualizadas conservan lo antiguo."),
                    Sql = [$"REVOKE CREATE ON SCHEMA {name} FROM PUBLIC"],
                    Rollback = [$"GRANT CREATE ON SCHEMA {name} TO PUBLIC"],
                },
            });
        }
        var rights = await context.QueryAsync(DatabaseSql, row => (Right: row.GetText(0), Roles: row.GetInt64(1))).ConfigureAwait(false);
        if (rights.Count > 0) findings.Add(OfDatabase(context.Server.Database, [.. rights.Select(right => right.Right)], rights[0].Roles));
        return findings;
    }

    private static Finding OfDatabase(string database, List<string> rights, long roles)
    {
        var list = string.Join(", ", rights);
        var name = SafeSql.Name(database);
        return new Finding
        {
            Severity = rights.Contains("CREATE") ? AuditSeverity.High : AuditSeverity.Low,
            Confidence = AuditConfidence.Measured,
            Object = $"database {database}",
            Found = new($"every role of the server has {list} on the database {database}",
                $"cualquier rol del servidor tiene {list} en la base de datos {database}"),
            Evidence = [Evidence.Of("otherRoles", roles, "other roles that can log in", "otros roles que pueden entrar")],
            Fix = new Fix
            {
                Advice = new(
                    "Grant CONNECT to the roles that work here first, then revoke it from PUBLIC.",
                    "Conceda antes CONNECT a los roles que trabajan aquí y después revóquelo a PUBLIC."),
                Sql = [$"REVOKE {list} ON DATABASE {name} FROM PUBLIC"],
                Rollback = [$"GRANT {list} ON DATABASE {name} TO PUBLIC"],
            },
        };
    }
}
