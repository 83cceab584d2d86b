namespace Nexus.Audit;

/// <summary>What keeps VACUUM from removing dead rows: old snapshots, prepared transactions, slots, standbys.</summary>
internal sealed class C4XminHolders(Thresholds seconds, Thresholds transactions) : AuditCheck
{
    // Every role sees who holds which xmin; for how long, only for its own sessions or with pg_read_all_stats.
    private const string SessionsSql = """
        SELECT a.usename::text, coalesce(a.application_name, ''), extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::float8,
            pg_catalog.age(a.backend_xmin)::bigint,
            a.backend_type = 'walsender', a.pid
        FROM pg_catalog.pg_stat_activity a
        WHERE a.backend_xmin IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid() AND (a.datname IS NULL OR a.datname = pg_catalog.current_database())
            AND a.backend_type IS DISTINCT FROM 'autovacuum worker'
        """;

    private const string PreparedSql = """
        SELECT p.gid, p.owner::text, extract(epoch FROM pg_catalog.clock_timestamp() - p.prepared)::float8, pg_catalog.age(p.transaction)::bigint
        FROM pg_catalog.pg_prepared_xacts p WHERE p.database = pg_catalog.current_database()
        """;

    private const string SlotsSql = """
        SELECT s.slot_name::text, greatest(pg_catalog.age(s.xmin), pg_catalog.age(s.catalog_xmin))::bigint, s.active
        FROM pg_catalog.pg_replication_slots s WHERE s.xmin IS NOT NULL OR s.catalog_xmin IS NOT NULL
        """;

    public C4XminHolders()
        : this(Thresholds.Of(TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1)), new Thresholds(1e6, 50e6, 200e6))
    {
    }

    public override string Id => "C4";

    public override Bilingual Title { get; } = new("Something keeps dead rows from being removed", "Algo impide eliminar filas muertas");

    public override Bilingual Positive { get; } = new("Nothing keeps dead rows from being removed", "Nada impide eliminar las filas muertas");

    public override Bilingual SeverityRule { get; } = new(
        "age of a snapshot or prepared transaction: critical from 1 hour, high from 15 minutes, medium from 5; slot or standby: critical from 200 "
        + "million transactions, high from 50, medium from 1; one step lower for pg_dump",
        "instantánea o transacción preparada retenida: crítica desde 1 hora, alta desde 15 minutos, media desde 5; ranura o réplica: crítica "
        + "desde 200 millones de transacciones, alta desde 50, media desde 1; pg_dump, un nivel menos");

    public override Bilingual FalsePositives { get; } = new(
        "pg_dump holds a snapshot while it runs, which is harmless at a quiet time",
            "pg_dump retiene una instantánea mientras se ejecuta, lo que no importa en horas de poca actividad");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var findings = new List<Finding>();
        var sessions = await context.QueryAsync(
            SessionsSql, row => (User: row.Text(0), Application: row.GetText(1), Seconds: row.Double(2), Age: row.GetInt64(3),
                IsWalSender: !row.IsDBNull(4) && row.GetBoolean(4), ProcessId: row.GetInt32(5))).ConfigureAwait(false);
        foreach (var session in sessions)
        {
            if (session.IsWalSender)
            {
                if (transactions.Judge(session.Age) is { } lag) findings.Add(Standby(session.Application, session.Age, lag));
            }
            else if (session.Seconds is { } held)
            {
                if (seconds.Judge(held) is { } severity) findings.Add(Snapshot(session.User ?? "", session.Application, held, session.Age,
                    session.ProcessId, session.Application == "pg_dump" ? severity - 1 : severity));
            }
            else if (context.Window.HiddenSessions > 0)
            {
                context.CannotSee(NotSeenReasons.HiddenSessions(context.Window.HiddenSessions), NotSeenReasons.ReadAllStats(context.Server));
            }
        }
        var prepared = await context.QueryAsync(PreparedSql,
            row => (Gid: row.GetText(0), Owner: row.GetText(1), Seconds: row.GetDouble(2), Age: row.GetInt64(3))).ConfigureAwait(false);
        findings.AddRange(prepared.Where(entry => seconds.Judge(entry.Seconds) is not null)
            .Select(entry => Prepared(entry.Gid, entry.Owner, entry.Seconds, entry.Age, seconds.Judge(entry.Seconds)!.Value)));
        var slots = await context.QueryAsync(SlotsSql, row => (Name: row.GetText(0), Age: row.GetInt64(1), IsActive: row.GetBoolean(2)))
            .ConfigureAwait(false);
        findings.AddRange(slots.Where(slot => transactions.Judge(slot.Age) is not null)
            .Select(slot => Slot(slot.Name, slot.Age, slot.IsActive, transactions.Judge(slot.Age)!.Value)));
        return findings;
    }

    private static Finding Snapshot(string user, string application, double held, long age, int processId, AuditSeverity severity) => new()
    {
        Severity = severity,
        Confidence = AuditConfidence.Measured,
        Object = application.Length == 0 ? $"role {user}" : $"role {user}, application {application}",
        Found = new(
            $"a transaction of {user} has held its snapshot for {held:0} s: no row that became dead since then can be removed from any table",
            $"una transacción de {user} retiene su instantánea desde hace {held:0} s: no se puede eliminar de ninguna tabla ninguna fila muerta "
            + "desde entonces"),
        Evidence = [Held(held), Behind(age), Evidence.Of("processId", processId, "server process", "proceso del servidor")],
        Fix = new Fix
        {
            Advice = new(
                "Run long reports in parts or on a standby. If nobody needs the result, end the session.",
                    "Ejecute los informes largos por partes o en una réplica. Si nadie necesita el resultado, termine la sesión."),
            Sql = [$"SELECT pg_catalog.pg_terminate_backend({processId})"],
        },
    };

    private static Finding Prepared(string gid, string owner, double held, long age, AuditSeverity severity) => new()
    {
        Severity = severity,
        Confidence = AuditConfidence.Measured,
        Object = $"prepared transaction {gid}",
        Found = new(
            $"a prepared transaction of {owner} has waited for its second phase for {held:0} s; it keeps its locks even after a restart",
            $"una transacción preparada de {owner} espera su segunda fase desde hace {held:0} s; conserva sus bloqueos incluso tras reinicios"),
        Evidence = [Held(held), Behind(age)],
        Fix = new Fix
        {
            Advice = new("Ask its transaction manager for the outcome, then commit it or roll it back.",
                "Consulte el resultado a su gestor de transacciones y confírmela o deshágala."),
            Sql = [$"ROLLBACK PREPARED {SafeSql.Literal(gid)}"],
        },
    };

    private static Finding Slot(string name, long age, bool isActive, AuditSeverity severity) => new()
    {
        Severity = severity,
        Confidence = AuditConfidence.Measured,
        Object = $"slot {name}",
        Found = new(
            $"the replication slot {name} ({(isActive ? "in use" : "unused")}) retains dead rows of the last {age} transactions",
            $"la ranura de replicación {name} ({(isActive ? "en uso" : "sin usar")}) retiene filas muertas de las últimas {age} transacciones"),
        Evidence = [Behind(age)],
        Fix = new Fix
        {
            Advice = new(
                "Find out why its consumer does not advance. If the consumer no longer exists, drop the slot; a consumer that returns has to start "
                + "from the beginning.",
                "Averigüe por qué su consumidor no avanza. Si ya no existe, elimine la ranura; un consumidor que vuelva tendrá que empezar desde "
                + "el principio."),
            Sql = isActive ? [] : [$"SELECT pg_catalog.pg_drop_replication_slot({SafeSql.Literal(name)})"],
        },
    };

    private static Finding Standby(string application, long age, AuditSeverity severity) => new()
    {
        Severity = severity,
        Confidence = AuditConfidence.Measured,
        Object = $"standby {application}",
        Found = new($"the standby {application} retains dead rows of the last {age} transactions (hot_standby_feedback)",
            $"la réplica {application} retiene filas muertas de las últimas {age} transacciones (hot_standby_feedback)"),
        Evidence = [Behind(age)],
        Fix = new Fix
        {
            Advice = new(
                "End the long query on the standby, or set a statement_timeout there.",
                "Termine la consulta larga en la réplica o fije allí un statement_timeout."),
        },
    };

    private static Evidence Held(double held) => Evidence.Of("heldSeconds", held, "held for", "retenida desde hace", "s");

    private static Evidence Behind(long age) => Evidence.Of("transactions", age, "transactions since then", "transacciones desde entonces");
}
