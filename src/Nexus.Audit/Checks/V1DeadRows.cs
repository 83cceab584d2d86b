namespace Nexus.Audit;

/// <summary>Tables with more dead rows than autovacuum should have left.</summary>
internal sealed class V1DeadRows(TimeSpan overdue) : AuditCheck
{
    private const double LargeShare = 0.2;

    private const long FewestDead = 10_000;

    public V1DeadRows()
        : this(TimeSpan.FromHours(1))
    {
    }

    public override string Id => "V1";

    public override Bilingual Title { get; } = new("Dead rows pile up", "Se acumulan filas muertas");

    public override Bilingual Positive { get; } = new("Dead rows are removed in time", "Las filas muertas se eliminan a tiempo");

    public override Bilingual SeverityRule { get; } = new(
        "from 10,000 dead rows: high with more than twice autovacuum's threshold and no vacuum for an hour, medium from 20 %; low with fewer rows, "
        + "and while the table is written and its last vacuum was less than an hour ago",
        "desde 10.000 filas muertas: alta con más del doble del umbral de autovacuum y sin vacuum desde hace una hora, media desde el 20 %; baja "
        + "con menos filas y mientras se escribe en la tabla y su último vacuum es de hace menos de una hora");

    public override Bilingual FalsePositives { get; } = new(
        "an old snapshot (C4), with which vacuum has no effect; a load that has just ended",
        "una instantánea antigua (C4), con la que vacuum no tiene efecto; una carga que acaba de terminar");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var options = await TableOptions.ReadAsync(context).ConfigureAwait(false);
        return [.. context.Window.Tables.Values
            .Select(table => Judge(table, TableOptions.Of(options, table.After.Oid, context.Server), context)).OfType<Finding>()];
    }

    private Finding? Judge(TableActivity table, TableOptions options, CheckContext context)
    {
        var dead = table.After.Dead;
        var trigger = options.VacuumTrigger(table.Rows);
        var share = (double)dead / Math.Max(1, dead + table.After.Live);
        var sinceVacuum = context.Now - Latest(table.After.LastVacuum, context.Server);
        var severity =
            dead > 2 * trigger && sinceVacuum > overdue ? dead >= FewestDead ? AuditSeverity.High : AuditSeverity.Low
            : dead >= FewestDead && share >= LargeShare ? AuditSeverity.Medium
            : (AuditSeverity?)null;
        if (severity is null) return null;
        // Autovacuum looks once a minute, and may be at it.
        if (severity == AuditSeverity.Medium && table.Written > 0 && options.IsAutovacuumOn && sinceVacuum < overdue) severity = AuditSeverity.Low;
        var name = SafeSql.Name(table.Schema, table.Name);
        return new Finding
        {
            Severity = severity.Value,
            Confidence = AuditConfidence.Measured,
            Object = table.FullName,
            Relation = table.After.Oid,
            Found = new(
                $"{table.FullName} has {dead} dead rows ({share:0%}), {dead / Math.Max(1, trigger):0.#} times the threshold of autovacuum",
                $"{table.FullName} tiene {dead} filas muertas ({share:0%}), {dead / Math.Max(1, trigger):0.#} veces el umbral de autovacuum"),
            Evidence =
            [
                Evidence.Of("deadRows", dead, "dead rows", "filas muertas"),
                Evidence.Of("deadShare", 100 * share, "of all rows", "de todas las filas", "%"),
                Evidence.Of("trigger", trigger, "autovacuum's threshold", "umbral de autovacuum"),
                table.After.LastVacuum is { } last
                    ? Evidence.Of("lastVacuum", $"{last.ToUniversalTime():yyyy-MM-dd HH:mm} UTC", "last vacuum", "último vacuum")
                    : Evidence.Of("lastVacuum", "-", "never vacuumed", "nunca limpiada"),
            ],
            Fix = new Fix
            {
                Advice = new(
                    "Vacuum now and lower autovacuum's threshold for this table. If the number does not fall, something holds an old snapshot: see "
                    + "C4.",
                    "Ejecute vacuum ahora y reduzca el umbral de autovacuum para esta tabla. Si el número no baja, algo retiene una instantánea "
                    + "antigua: vea C4."),
                Sql = [SafeSql.LockTimeout, $"ALTER TABLE {name} SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200)",
                    $"VACUUM (ANALYZE) {name}"],
                Rollback = options.Restore(name, "autovacuum_vacuum_scale_factor", "autovacuum_vacuum_threshold"),
                CanApply = true,
                Evaluates = [table.After.Oid],
            },
        };
    }

    /// <summary>Since when the table could have been vacuumed, as far as the statistics know.</summary>
    internal static DateTimeOffset Latest(DateTimeOffset? done, ServerFacts server)
    {
        var start = server.StatisticsSince is { } since && since > server.StartedAt ? since : server.StartedAt;
        return done is { } at && at > start ? at : start;
    }
}
