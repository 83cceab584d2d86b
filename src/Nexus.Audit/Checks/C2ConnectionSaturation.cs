namespace Nexus.Audit;

/// <summary>How near the server, or a role with a limit, is to refusing connections.</summary>
internal sealed class C2ConnectionSaturation : AuditCheck
{
    private const string LimitsSql = "SELECT r.rolname::text, r.rolconnlimit FROM pg_catalog.pg_roles r WHERE r.rolconnlimit > 0 AND r.rolcanlogin";

    private static readonly Thresholds Shares = new(0.8, 0.9, 0.95);

    public override string Id => "C2";

    public override Bilingual Title { get; } = new("Connections nearly used up", "Conexiones casi agotadas");

    public override Bilingual Positive { get; } = new("Connections are well below the limits", "Las conexiones están muy por debajo de los límites");

    public override Bilingual SeverityRule { get; } = new(
        "connected clients as a share of the limit: critical from 95 %, high from 90 %, medium from 80 %",
        "clientes conectados respecto a lo permitido: crítica desde el 95 %, alta desde el 90 %, media desde el 80 %");

    public override Bilingual FalsePositives { get; } = new(
        "the server's background processes are not counted; a role such as a pooler's may fill its limit on purpose",
        "los procesos internos del servidor no se cuentan; puede ser intencionado que un rol llene su límite, como el de un pooler");

    public override bool IsAboutServer => true;

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var server = context.Server;
        var fullest = context.Window.Samples
            .Select(sample => sample.Where(session => session.IsClient && session.User is not null).ToList()).MaxBy(sample => sample.Count);
        if (fullest is null) return [];
        var findings = new List<Finding>();
        // The last are kept for superusers, and since PostgreSQL 16 for a role of the operator's choice.
        var reserved = server.Number("superuser_reserved_connections") + server.Number("reserved_connections");
        var allowed = server.Number("max_connections") - reserved;
        if (allowed > 0 && Shares.Judge((double)fullest.Count / allowed) is { } severity)
        {
            var busiest = fullest.GroupBy(session => (session.User, session.Application)).MaxBy(group => group.Count())!;
            findings.Add(new Finding
            {
                Severity = severity,
                Confidence = AuditConfidence.Measured,
                Object = "server",
                Found = new($"{fullest.Count} of {allowed} connections are in use", $"{fullest.Count} de {allowed} conexiones están en uso"),
                Evidence =
                [
                    Evidence.Of("share", 100.0 * fullest.Count / allowed, "in use", "en uso", "%"),
                    Evidence.Of("connections", fullest.Count, "connections of clients", "conexiones de clientes"),
                    Evidence.Of("allowed", allowed, "max_connections minus the reserved ones", "max_connections sin las reservadas"),
                    Evidence.Of("idle", fullest.Count(session => session.State == "idle"), "idle among them", "de ellas inactivas"),
                    Evidence.Of("busiest", $"{busiest.Key.User} {busiest.Key.Application}: {busiest.Count()}".Trim(), "largest group",
                        "el grupo mayor"),
                ],
                Fix = new Fix
                {
                    Advice = new(
                        "Lower the pool sizes so that together they stay below the limit (about twice the server's cores is enough; more "
                        + "connections only wait), or put a pooler in front. Raise max_connections, which needs a restart, only if the connections "
                        + "are really busy.",
                        "Reduzca los pools de los clientes para que juntos queden por debajo del límite (basta con unas dos veces los núcleos del "
                        + "servidor; las demás conexiones solo esperan), o anteponga un pooler. Aumente max_connections, que exige reiniciar, "
                        + "solo si las conexiones están realmente ocupadas."),
                },
            });
        }
        var limits = await context.QueryAsync(LimitsSql, row => (Role: row.GetText(0), Limit: row.GetInt32(1))).ConfigureAwait(false);
        foreach (var (role, limit) in limits)
        {
            var connected = fullest.Count(session => session.User == role);
            if (Shares.Judge((double)connected / limit) is not { } roleSeverity) continue;
            findings.Add(new Finding
            {
                Severity = roleSeverity,
                Confidence = AuditConfidence.Measured,
                Object = $"role {role}",
                Found = new($"{connected} of the {limit} connections that {role} may open are in use",
                    $"{connected} de las {limit} conexiones permitidas a {role} están en uso"),
                Evidence =
                [
                    Evidence.Of("share", 100.0 * connected / limit, "in use", "en uso", "%"),
                    Evidence.Of("connections", connected, "connections of the role", "conexiones del rol"),
                    Evidence.Of("allowed", limit, "its limit", "su límite"),
                ],
                Fix = new Fix
                {
                    Advice = new("Lower the pool size of its clients, or raise the limit if the server has capacity.",
                        "Reduzca el pool de sus clientes o aumente el límite si el servidor tiene capacidad."),
                    Sql = [$"ALTER ROLE {SafeSql.Name(role)} CONNECTION LIMIT {2 * limit}"],
                    Rollback = [$"ALTER ROLE {SafeSql.Name(role)} CONNECTION LIMIT {limit}"],
                },
            });
        }
        return findings;
    }
}
