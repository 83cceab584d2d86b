namespace Nexus.Audit;

/// <summary>Roles whose statements and open transactions have no time limit.</summary>
internal sealed class K2Timeouts : AuditCheck
{
    private static readonly (string Setting, string Value)[] Wanted = [("statement_timeout", "30s"), ("idle_in_transaction_session_timeout", "60s")];

    // The narrower wins: role and database, role, database.
    private const string Sql = """
        SELECT r.rolname::text, c.name,
            (SELECT split_part(o.option, '=', 2)
             FROM pg_catalog.pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) AS o(option)
             WHERE s.setrole IN (r.oid, 0) AND s.setdatabase IN (d.oid, 0) AND split_part(o.option, '=', 1) = c.name
             ORDER BY s.setrole <> 0 DESC, s.setdatabase <> 0 DESC LIMIT 1),
            (SELECT split_part(o.option, '=', 2)
             FROM pg_catalog.pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) AS o(option)
             WHERE s.setrole = r.oid AND s.setdatabase = d.oid AND split_part(o.option, '=', 1) = c.name),
            (SELECT split_part(o.option, '=', 2)
             FROM pg_catalog.pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) AS o(option)
             WHERE s.setrole = 0 AND s.setdatabase = d.oid AND split_part(o.option, '=', 1) = c.name),
            EXISTS (SELECT FROM pg_catalog.pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) AS o(option)
             WHERE s.setrole = r.oid AND s.setdatabase IN (d.oid, 0) AND split_part(o.option, '=', 1) = c.name)
        FROM pg_catalog.pg_roles r CROSS JOIN pg_catalog.pg_database d CROSS JOIN unnest($1::text[]) AS c(name)
        WHERE d.datname = pg_catalog.current_database() AND r.rolcanlogin AND r.rolname !~ '^pg_'
            AND pg_catalog.has_database_privilege(r.oid, d.oid, 'CONNECT') AND NOT (r.rolreplication AND NOT r.rolsuper)
        """;

    /// <summary>What a limit would have ended.</summary>
    private const double LongSeconds = 60;

    /// <param name="Role">The role.</param>
    /// <param name="Setting">The setting.</param>
    /// <param name="Value">What holds for the role here; null for the server's.</param>
    /// <param name="Own">What is set for the role in this database; null without.</param>
    /// <param name="OfDatabase">What is set for the database; null without.</param>
    /// <param name="IsOfRole">Set for the role, here or everywhere: a limit of the database does not reach it, and 0 is somebody's choice.</param>
    private sealed record RoleTimeout(string Role, string Setting, string? Value, string? Own, string? OfDatabase, bool IsOfRole);

    public override string Id => "K2";

    public override Bilingual Title { get; } = new("No time limits", "Sin límites de tiempo");

    public override Bilingual Positive { get; } = new("Every role has time limits", "Todos los roles tienen límites de tiempo");

    public override Bilingual SeverityRule { get; } = new(
        "statement_timeout or idle_in_transaction_session_timeout is 0, as on every new server: low; medium for a role with a statement or "
        + "transaction older than a minute during the window; superusers only if they were active",
        "statement_timeout o idle_in_transaction_session_timeout es 0, como en todo servidor nuevo: baja; media para un rol con una sentencia o "
        + "transacción de más de un minuto durante la ventana; los superusuarios solo si estuvieron activos");

    public override Bilingual FalsePositives { get; } = new(
        "a client that sets its own limits in each session, which the server does not show; roles for migrations and dumps",
        "un cliente que fija sus propios límites en cada sesión, lo que el servidor no muestra; roles para migraciones y copias");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var names = Wanted.Select(wanted => wanted.Setting).ToArray();
        var settings = await context.QueryAsync(Sql, row => new RoleTimeout(
                row.GetText(0), row.GetText(1), row.Text(2), row.Text(3), row.Text(4), row.GetBoolean(5)), (object)names)
            .ConfigureAwait(false);
        var superusers = (await context.QueryAsync("SELECT r.rolname::text FROM pg_catalog.pg_roles r WHERE r.rolsuper", row => row.GetText(0))
            .ConfigureAwait(false)).ToHashSet();
        var atWork = context.Window.Samples.SelectMany(sample => sample)
            .Where(session => session.Database == context.Server.Database && session.IsClient)
            // An operator's open psql is no superuser at work.
            .Where(session => session.State != "idle" || session.StateAge < context.Window.Seconds / context.Window.Samples.Count
                || !superusers.Contains(session.User ?? "")).Select(session => session.User).OfType<string>()
            .Concat(context.Window.Statements.Where(statement => statement.Window.Calls > 0 && Literals.TakesParameters(statement.Text))
                .Select(statement => statement.User)).ToHashSet();
        var own = settings.Where(setting => setting.Role == context.Server.User && setting.Value is not null).Select(setting => setting.Setting)
            .ToHashSet();
        var missing = settings
            .Where(setting => IsZero(setting.Value ?? Global(context.Server, setting.Setting, own)))
            .GroupBy(setting => setting.Role)
            .ToDictionary(group => group.Key, group => group.Select(setting => setting.Setting).ToList());
        var overdue = context.Window.Samples.SelectMany(sample => sample)
            .Where(session => session.Database == context.Server.Database && session.IsClient && session.User is not null
                && (session.TransactionAge > LongSeconds || (session.State == "active" && session.StateAge > LongSeconds)))
            .Select(session => session.User!).ToHashSet();
        var findings = missing.Where(role => atWork.Contains(role.Key)).OrderBy(role => role.Key, StringComparer.Ordinal)
            .Select(role => MakeFinding(context.Server.Database, role.Key, role.Value, settings, overdue.Contains(role.Key))).ToList();
        var others = settings.Where(setting => !setting.IsOfRole && missing.GetValueOrDefault(setting.Role)?.Contains(setting.Setting) == true
            && !atWork.Contains(setting.Role) && !superusers.Contains(setting.Role)).ToList();
        if (others.Count > 0) findings.Add(Others(context.Server.Database, others));
        return findings;
    }

    /// <summary>What holds for a role without a setting of its own: the audit's session knows it, unless its own role has one.</summary>
    private static string Global(ServerFacts server, string setting, HashSet<string> ofOwnRole) =>
        ofOwnRole.Contains(setting) ? "0" : server.Settings.GetValueOrDefault(setting) ?? "0";

    private static bool IsZero(string value) => value.TrimEnd('m', 's', 'i', 'n', 'h', 'd', ' ') == "0";

    private static Finding MakeFinding(string database, string role, List<string> missing, List<RoleTimeout> settings, bool isOverdue) => new()
    {
        Severity = isOverdue ? AuditSeverity.Medium : AuditSeverity.Low,
        Confidence = AuditConfidence.Inferred,
        Object = $"role {role}",
        Role = role,
        Found = new($"{role} works without {string.Join(", ", missing)}", $"{role} trabaja sin {string.Join(", ", missing)}"),
        Evidence = [Evidence.Of("missing", string.Join(", ", missing), "set to 0", "puestos a 0")],
        Fix = new Fix
        {
            Advice = new(
                "Set limits for the role in this database; they apply to new connections. Choose a statement_timeout above the longest intended "
                + "statement; a session can still raise its own.",
                "Fije límites para el rol en esta base de datos; se aplican a las conexiones nuevas. Elija un statement_timeout por encima de la "
                + "sentencia más larga prevista; una sesión aún puede aumentar el suyo."),
            Sql = [.. Wanted.Where(wanted => missing.Contains(wanted.Setting))
                .Select(wanted => $"ALTER ROLE {SafeSql.Name(role)} IN DATABASE {SafeSql.Name(database)} SET {wanted.Setting} = '{wanted.Value}'")],
            Rollback = [.. missing.Select(setting => settings.First(entry => entry.Role == role && entry.Setting == setting).Own is { } before
                ? $"ALTER ROLE {SafeSql.Name(role)} IN DATABASE {SafeSql.Name(database)} SET {setting} = {SafeSql.Literal(before)}"
                : $"ALTER ROLE {SafeSql.Name(role)} IN DATABASE {SafeSql.Name(database)} RESET {setting}")],
            CanApply = true,
        },
    };

    private static Finding Others(string database, List<RoleTimeout> missing)
    {
        var name = SafeSql.Name(database);
        var roles = missing.Select(setting => setting.Role).Distinct().Order(StringComparer.Ordinal).ToList();
        var unset = missing.DistinctBy(setting => setting.Setting).ToDictionary(setting => setting.Setting, setting => setting.OfDatabase);
        return new()
        {
            Severity = AuditSeverity.Low,
            Confidence = AuditConfidence.Inferred,
            Object = "other roles",
            Found = new($"{roles.Count} more roles may connect without time limits: {Named(roles)}",
                $"otros {roles.Count} roles pueden conectarse sin límites de tiempo: {Named(roles)}"),
            Evidence = [Evidence.Of("roles", roles.Count, "roles", "roles sin límite")],
            Fix = new Fix
            {
                Advice = new(
                    "A default for the database covers every role without its own limit; exempt dumps and migrations with ALTER ROLE … SET "
                    + "statement_timeout = 0.",
                    "Un valor por defecto en la base de datos cubre a todos los roles sin uno propio; exima copias y migraciones con ALTER ROLE … "
                    + "SET statement_timeout = 0."),
                Sql = [.. Wanted.Where(wanted => unset.ContainsKey(wanted.Setting))
                    .Select(wanted => $"ALTER DATABASE {name} SET {wanted.Setting} = '{wanted.Value}'")],
                Rollback = [.. unset.Select(setting => setting.Value is { } before
                    ? $"ALTER DATABASE {name} SET {setting.Key} = {SafeSql.Literal(before)}" : $"ALTER DATABASE {name} RESET {setting.Key}")],
            },
        };
    }

    private static string Named(List<string> roles)
    {
        const int shown = 10;
        return string.Join(", ", roles.Take(shown)) + (roles.Count > shown ? ", …" : "");
    }
}
