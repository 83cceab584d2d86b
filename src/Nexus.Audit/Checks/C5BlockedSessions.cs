namespace Nexus.Audit;

/// <summary>Sessions that wait for a lock, and whose.</summary>
internal sealed class C5BlockedSessions(Thresholds thresholds) : AuditCheck
{
    // Everybody may read pg_locks and ask who blocks whom; who that is, only where pg_stat_activity shows it. waitstart is empty for the first moment
    // of a wait.
    private const string Sql = """
        SELECT coalesce(l.relation::regclass::text, l.locktype), extract(epoch FROM pg_catalog.clock_timestamp() - l.waitstart)::float8,
            coalesce(w.usename::text, ''),
            coalesce(b.usename::text, ''), coalesce(b.application_name, ''), b.state, b.query,
                extract(epoch FROM pg_catalog.clock_timestamp() - b.xact_start)::float8
        FROM pg_catalog.pg_locks l
        JOIN pg_catalog.pg_stat_activity w ON w.pid = l.pid
        LEFT JOIN pg_catalog.pg_stat_activity b ON b.pid = (pg_catalog.pg_blocking_pids(l.pid))[1]
        WHERE NOT l.granted AND l.waitstart IS NOT NULL AND w.datname = pg_catalog.current_database()
        """;

    private sealed record Wait(string Target, double Seconds, string Waiter, string Blocker, string Application, string? State, string? Query,
        double? OpenSeconds);

    public C5BlockedSessions()
        : this(Thresholds.Of(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)))
    {
    }

    public override string Id => "C5";

    public override Bilingual Title { get; } = new("Sessions wait for locks", "Sesiones esperando bloqueos");

    public override Bilingual Positive { get; } = new("No session waits long for a lock", "Ninguna sesión espera mucho tiempo por un bloqueo");

    public override Bilingual SeverityRule { get; } = new(
        "longest wait: critical from 5 minutes, high from 1, medium from 10 seconds",
            "espera más larga: crítica desde 5 minutos, alta desde 1, media desde 10 segundos");

    public override Bilingual FalsePositives { get; } = new("a planned schema change", "un cambio planificado del esquema");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var waits = await context.QueryAsync(
            Sql,
            row => new Wait(row.GetText(0), row.GetDouble(1), row.GetText(2), row.GetText(3), row.GetText(4), row.Text(5), row.Text(6),
                row.Double(7))).ConfigureAwait(false);
        return [.. waits.GroupBy(wait => (wait.Blocker, wait.Application))
            .Select(group => MakeFinding(context.Server.Database, [.. group.OrderByDescending(wait => wait.Seconds)])).OfType<Finding>()];
    }

    private Finding? MakeFinding(string database, List<Wait> waits)
    {
        var longest = waits[0];
        if (thresholds.Judge(longest.Seconds) is not { } severity) return null;
        var blocker = longest.Blocker.Length == 0 ? new Bilingual("a prepared transaction", "una transacción preparada")
            : new Bilingual($"a session of {longest.Blocker}", $"una sesión de {longest.Blocker}");
        var evidence = new List<Evidence>
        {
            Evidence.Of("waitSeconds", longest.Seconds, "longest wait", "espera más larga", "s"),
            Evidence.Of("waiting", waits.Count, "sessions waiting", "sesiones en espera"),
            Evidence.Of("lock", longest.Target, "waits for", "espera a"),
            Evidence.Of("waiter", longest.Waiter, "waiting role", "rol que espera"),
        };
        if (longest.State is not null) evidence.Add(Evidence.Of("blockerState", longest.State, "state of the blocking session",
            "estado de la sesión que bloquea"));
        if (longest.OpenSeconds is { } open) evidence.Add(Evidence.Of("blockerTransactionSeconds", open, "age of its transaction",
            "antigüedad de su transacción", "s"));
        if (longest.State is not null && longest.Query is { Length: > 0 } query) evidence.Add(Evidence.Of("blockerStatement",
            StatementText.Shown(query), "its last statement", "su última sentencia"));
        return new Finding
        {
            Severity = severity,
            Confidence = AuditConfidence.Measured,
            Object = longest.Blocker.Length == 0 ? "prepared transaction" : longest.Application.Length == 0
                ? $"role {longest.Blocker}" : $"role {longest.Blocker}, application {longest.Application}",
            Found = new(
                $"{blocker.En} blocks {waits.Count} sessions, the longest for {longest.Seconds:0} s on {longest.Target}",
                    $"{blocker.Es} bloquea {waits.Count} sesiones, la más larga desde hace {longest.Seconds:0} s en {longest.Target}"),
            Evidence = evidence,
            Fix = new Fix
            {
                Advice = new(
                    "Shorten the blocking transaction (see C3 if it is idle). A lock_timeout for the waiting role turns an endless wait into an "
                    + "error that it can retry. Schema changes should always set one of a few seconds.",
                    "Acorte la transacción que bloquea (vea C3 si está inactiva). Un lock_timeout para el rol que espera convierte una espera sin "
                    + "fin en un error que puede reintentar. Los cambios de esquema deberían llevar siempre uno de pocos segundos."),
                Sql = longest.Waiter.Length == 0 ? []
                    : [$"ALTER ROLE {SafeSql.Name(longest.Waiter)} IN DATABASE {SafeSql.Name(database)} SET lock_timeout = '10s'"],
                Rollback = longest.Waiter.Length == 0
                    ? [] : [$"ALTER ROLE {SafeSql.Name(longest.Waiter)} IN DATABASE {SafeSql.Name(database)} RESET lock_timeout"],
            },
        };
    }
}
