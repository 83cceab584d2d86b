namespace Nexus.Audit;

/// <summary>A replication slot without a reader: the server keeps WAL and dead rows for it until the disk is full.</summary>
internal sealed class D3InactiveSlot : AuditCheck
{
    private const double LongestSeconds = 30 * 60;

    private const string Columns = """
        SELECT s.slot_name::text, s.slot_type, s.wal_status, s.restart_lsn IS NOT NULL OR s.xmin IS NOT NULL OR s.catalog_xmin IS NOT NULL,
            pg_catalog.pg_wal_lsn_diff(CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                ELSE pg_catalog.pg_current_wal_lsn() END, s.restart_lsn)::bigint,
        """;

    private const string From = " FROM pg_catalog.pg_replication_slots s WHERE NOT s.active AND NOT s.temporary ORDER BY 1";

    private const string Sql = $"{Columns} NULL::float8 {From}";

    private const string Sql17 = $"{Columns} extract(epoch FROM pg_catalog.clock_timestamp() - s.inactive_since)::float8 {From}";

    private sealed record Slot(string Name, string Type, string? Status, bool Holds, long? Bytes, double? Seconds);

    public override string Id => "D3";

    public override Bilingual Title { get; } = new("Inactive replication slot", "Ranura de replicación inactiva");

    public override Bilingual Positive { get; } = new("Every replication slot has a reader", "Toda ranura de replicación tiene lector");

    public override Bilingual SeverityRule { get; } = new(
        "critical after 30 minutes (PostgreSQL 17) or when it retains more WAL than max_wal_size; high before 17, which does not show since when; "
        + "low if it retains nothing",
        "crítica a los 30 minutos (PostgreSQL 17) o si retiene más WAL que max_wal_size; alta antes de la 17, que no dice desde cuándo; baja si "
        + "no retiene nada");

    public override Bilingual FalsePositives { get; } = new(
        "a standby or consumer under maintenance: with PostgreSQL 17 the first 30 minutes are not reported",
        "una réplica o consumidor en mantenimiento: con PostgreSQL 17 no se señalan los primeros 30 minutos");

    public override bool IsAboutServer => true;

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var slots = await context.QueryAsync(
            context.Server.Version >= 170_000 ? Sql17 : Sql, row =>
                new Slot(row.GetText(0), row.GetText(1), row.Text(2), row.GetBoolean(3), row.Long(4), row.Double(5))).ConfigureAwait(false);
        // In megabytes.
        var most = context.Server.Number("max_wal_size", 1024) * 1024 * 1024;
        return [.. slots.Select(slot => (slot, Severity: Judge(slot, most))).Where(pair => pair.Severity is not null)
            .Select(pair => MakeFinding(pair.slot, pair.Severity!.Value, context))];
    }

    private static AuditSeverity? Judge(Slot slot, long most)
    {
        if (!slot.Holds) return AuditSeverity.Low;
        if (slot.Status is not (null or "reserved") || slot.Bytes > most) return AuditSeverity.Critical;
        return slot.Seconds switch { null => AuditSeverity.High, >= LongestSeconds => AuditSeverity.Critical, _ => null };
    }

    private static Finding MakeFinding(Slot slot, AuditSeverity severity, CheckContext context)
    {
        var isBounded = context.Server.Number("max_slot_wal_keep_size", -1) >= 0;
        var evidence = new List<Evidence>
        {
            Evidence.Of("bytes", slot.Bytes ?? 0, "WAL retained for it", "WAL retenido para ella", "bytes"),
            Evidence.Of("type", slot.Type, "type", "tipo"),
            Evidence.Of("walStatus", slot.Status ?? "-", "state of this WAL", "estado de ese WAL"),
        };
        if (slot.Seconds is { } seconds) evidence.Add(Evidence.Of("inactive", seconds, "inactive", "inactiva", "s"));
        return new Finding
        {
            Severity = severity,
            Confidence = slot.Holds && severity == AuditSeverity.High ? AuditConfidence.Unknown : AuditConfidence.Measured,
            Object = $"slot {slot.Name}",
            Found = slot.Holds
                ? new(
                    $"nothing reads the replication slot {slot.Name}: the server retains {(slot.Bytes ?? 0) / 1048576.0:0.#} MB of WAL for it, and "
                    + "the amount grows",
                    $"nadie lee la ranura de replicación {slot.Name}: el servidor retiene {(slot.Bytes ?? 0) / 1048576.0:0.#} MB de WAL para ella, "
                    + "y la cantidad crece")
                : new($"the replication slot {slot.Name} was created and never used", $"la ranura de replicación {slot.Name} se creó y nunca se usó"),
            Evidence = evidence,
            Fix = new Fix
            {
                Advice = new(
                    "Restart its reader, or drop the slot if the reader will not return; it then has to be set up again. A limit on the WAL that "
                    + "slots retain protects the disk in the future.",
                    "Recupere su lector, o elimine la ranura si no va a volver; después habría que configurarlo de nuevo. Un límite al WAL que "
                    + "retienen las ranuras protege el disco en el futuro."),
                Sql = [$"SELECT pg_catalog.pg_drop_replication_slot({SafeSql.Literal(slot.Name)})", .. isBounded
                    ? [] : new[] { "ALTER SYSTEM SET max_slot_wal_keep_size = '10GB'", "SELECT pg_catalog.pg_reload_conf()" }],
                Rollback = isBounded ? [] : ["ALTER SYSTEM RESET max_slot_wal_keep_size", "SELECT pg_catalog.pg_reload_conf()"],
            },
        };
    }
}
