namespace Nexus.Audit;

/// <summary>A table of many tenants that several roles may read and where nothing but their WHERE clauses keeps the tenants apart.</summary>
internal sealed class S7TenantWithoutRls : AuditCheck
{
    // Roles that may read the table through the rights that they have here; those that row level security never holds for do not count.
    private const string Sql = """
        SELECT c.oid, n.nspname::text, c.relname::text,
            (array_agg(a.attname::text ORDER BY pg_catalog.array_position($1::text[], pg_catalog.lower(a.attname))))[1],
            c.relrowsecurity, c.relforcerowsecurity,
            pg_catalog.pg_get_userbyid(c.relowner)::text,
            array(SELECT r.rolname::text FROM pg_catalog.pg_roles r
                WHERE r.rolcanlogin AND NOT r.rolsuper AND NOT r.rolbypassrls AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')
                    AND pg_catalog.has_table_privilege(r.oid, c.oid, 'SELECT')
                    AND NOT pg_catalog.pg_has_role(r.oid, 'pg_read_all_data', 'USAGE')
                ORDER BY 1 LIMIT 20),
            array(SELECT p.polname::text FROM pg_catalog.pg_policy p WHERE p.polrelid = c.oid ORDER BY 1)
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE c.relkind IN ('r', 'p') AND c.oid = ANY ($2::bigint[]::oid[]) AND pg_catalog.lower(a.attname) = ANY ($1)
        GROUP BY n.oid, n.nspname, c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity, c.relowner ORDER BY 2, 3
        """;

    private static readonly string[] Keys =
        ["chat_id", "tenant_id", "user_id", "account_id", "customer_id", "org_id", "organization_id", "company_id", "workspace_id", "subscriber_id",
            "telegram_id", "cliente_id", "usuario_id", "empresa_id"];

    private const int SeveralRoles = 2;

    private sealed record Table(uint Oid, string Schema, string Name, string Key, bool HasRls, bool IsForced, string Owner, string[] Readers,
        string[] Policies)
    {
        public string FullName => $"{Schema}.{Name}";
    }

    public override string Id => "S7";

    public override Bilingual Title { get; } = new("Tenants without row level security", "Inquilinos sin seguridad por filas");

    public override Bilingual Positive { get; } =
        new("Tables of many tenants have row level security", "Las tablas de varios inquilinos tienen seguridad por filas");

    public override Bilingual SeverityRule { get; } = new(
        "medium if two or more roles may read the table, or if its policies do not apply to an owner that is active here; info for tables that "
        + "only one role reads",
        "media si dos o más roles pueden leer la tabla, o si sus políticas no se aplican a un dueño activo aquí; informativa para tablas que lee "
        + "un solo rol");

    public override Bilingual FalsePositives { get; } = new(
        "a single application role whose queries always name the tenant: policies would not add knowledge of the tenant",
        "un único rol de aplicación cuyas consultas siempre indican el inquilino: las políticas no lo conocerían mejor");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var tables = await context.QueryAsync(
            Sql, row => new Table(row.Oid(0), row.GetText(1), row.GetText(2), row.GetText(3), row.GetBoolean(4), row.GetBoolean(5),
                row.GetText(6), row.GetTexts(7), row.GetTexts(8)), Keys, context.Relations.Declared).ConfigureAwait(false);
        var working = context.Window.Samples.SelectMany(sample => sample)
            .Where(session => session.Database == context.Server.Database && session.IsClient).Select(session => session.User).ToHashSet();
        var findings = tables.Where(table => !table.HasRls && table.Readers.Length >= SeveralRoles).Select(Unprotected)
            .Concat(tables.Where(table => table is { HasRls: true, IsForced: false } && working.Contains(table.Owner)
                && table.Readers.Contains(table.Owner)).Select(NotForced)).ToList();
        var single = tables.Where(table => !table.HasRls && table.Readers.Length < SeveralRoles).ToList();
        if (single.Count > 0) findings.Add(OfOneRole(context.Server.Database, single));
        return findings;
    }

    private static Finding Unprotected(Table table)
    {
        return new Finding
        {
            Severity = AuditSeverity.Medium,
            Confidence = AuditConfidence.Inferred, // that the column names a tenant
            Object = table.FullName,
            Relation = table.Oid,
            Found = table.Policies.Length == 0
                ? new(
                    $"{table.Readers.Length} roles read {table.FullName}, which holds rows of many tenants ({table.Key}), and no policy separates "
                    + "them",
                    $"{table.Readers.Length} roles leen {table.FullName}, con filas de muchos inquilinos ({table.Key}), y ninguna política los "
                    + "separa")
                : new(
                    $"{table.Readers.Length} roles read {table.FullName}, which holds rows of many tenants ({table.Key}), and its policies are not "
                    + "in force: row level security is disabled",
                    $"{table.Readers.Length} roles leen {table.FullName}, con filas de muchos inquilinos ({table.Key}), y sus políticas no rigen: "
                    + "la seguridad por filas está desactivada"),
            Evidence =
            [
                Evidence.Of("roles", table.Readers.Length, "roles that may read it", "roles que pueden leerla"),
                Evidence.Of("names", string.Join(", ", table.Readers), "roles", "nombres de los roles"),
                Evidence.Of("tenant", table.Key, "column of the tenant", "columna del inquilino"),
            ],
            Fix = Separate(table),
        };
    }

    private static Fix Separate(Table table)
    {
        var name = SafeSql.Name(table.Schema, table.Name);
        string[] enable = [$"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"];
        string[] disable = [$"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY{(table.IsForced ? "" : ", NO FORCE ROW LEVEL SECURITY")}"];
        if (table.Policies.Length > 0)
        {
            return new Fix
            {
                Advice = new(
                    $"Put its policies in force ({string.Join(", ", table.Policies)}), after a test with each role that reads the table.",
                    $"Ponga en vigor sus políticas ({string.Join(", ", table.Policies)}), tras probarlo con cada rol que lee la tabla."),
                Sql = [SafeSql.LockTimeout, .. enable],
                Rollback = [SafeSql.LockTimeout, .. disable],
            };
        }
        return new Fix
        {
            Advice = new(
                "Make each session set its tenant (set_config in the transaction) and a policy compare it. Row level security without a policy "
                + "hides every row: do both in one transaction, and test it with each role.",
                "Haga que cada sesión indique su inquilino (set_config en la transacción) y que una política lo compare. Activarla sin "
                + "política oculta todas las filas: haga ambas cosas en una transacción y pruébelo con cada rol."),
            Sql =
            [
                SafeSql.LockTimeout,
                $"CREATE POLICY tenant ON {name} USING ({SafeSql.Name(table.Key)}::text = pg_catalog.current_setting('app.tenant', true))",
                .. enable,
            ],
            Rollback = [SafeSql.LockTimeout, .. disable, $"DROP POLICY IF EXISTS tenant ON {name}"],
        };
    }

    private static Finding NotForced(Table table)
    {
        var name = SafeSql.Name(table.Schema, table.Name);
        return new Finding
        {
            Severity = AuditSeverity.Medium,
            Confidence = AuditConfidence.Measured,
            Object = table.FullName,
            Relation = table.Oid,
            Found = new(
                $"the policies of {table.FullName} do not apply to its owner {table.Owner}, which is active in this database",
                $"las políticas de {table.FullName} no se aplican a su dueño {table.Owner}, que está activo en esta base de datos"),
            Evidence = [Evidence.Of("owner", table.Owner, "owner", "dueño")],
            Fix = new Fix
            {
                Advice = new("Force them for the owner as well, or use another role for the application.",
                    "Fuércelas también para el dueño, o use otro rol para la aplicación."),
                Sql = [SafeSql.LockTimeout, $"ALTER TABLE {name} FORCE ROW LEVEL SECURITY"],
                Rollback = [SafeSql.LockTimeout, $"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY"],
            },
        };
    }

    private static Finding OfOneRole(string database, List<Table> tables) => new()
    {
        Severity = AuditSeverity.Info,
        Confidence = AuditConfidence.Inferred,
        Object = $"database {database}",
        Found = new(
            $"{tables.Count} tables with rows of many tenants have no row level security; only one role reads them, so separating the tenants is up "
            + "to the application",
            $"{tables.Count} tablas con filas de muchos inquilinos no tienen seguridad por filas; las lee un solo rol, así que separar a los "
            + "inquilinos es tarea de la aplicación"),
        Evidence =
        [
            Evidence.Of("tables", tables.Count, "tables", "tablas"),
            Evidence.Of("names", string.Join(", ", tables.Take(20).Select(table => table.FullName)), "which", "cuáles"),
        ],
        Fix = new Fix
        {
            Advice = new(
                "Make the application name the tenant in every statement, and prove it with a test. Add policies before a second role may read "
                + "these tables.",
                "Haga que la aplicación nombre al inquilino en cada sentencia, con una prueba que lo demuestre. Añada políticas antes de que un "
                + "segundo rol lea estas tablas."),
        },
    };
}
