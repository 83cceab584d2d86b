namespace Nexus.Audit;

/// <summary>WAL that cannot be archived: recovery to a point in time ends there, and the segments stay until the disk is full.</summary>
internal sealed class D2Archiver : AuditCheck
{
    private const long MostWaiting = 10;

    private const string Sql = """
        SELECT a.archived_count, a.failed_count, a.last_failed_time,
            coalesce(a.last_failed_time > a.last_archived_time, a.last_failed_time IS NOT NULL),
                extract(epoch FROM pg_catalog.clock_timestamp() - a.last_archived_time)::float8
        FROM pg_catalog.pg_stat_archiver a
        """;

    private const string WaitingSql = "SELECT count(*) FROM pg_catalog.pg_ls_archive_statusdir() f WHERE f.name LIKE '%.ready'";

    private sealed record Counters(long Archived, long Failed, DateTimeOffset? LastFailure, bool IsFailing, double? SecondsSinceSuccess);

    public override string Id => "D2";

    public override Bilingual Title { get; } = new("WAL archiving fails", "Falla el archivado de WAL");

    public override Bilingual Positive { get; } = new("WAL archiving works, or is not in use", "El archivado de WAL funciona o no se usa");

    public override Bilingual SeverityRule { get; } = new(
        "critical while the last failure is newer than the last success, high with more than 10 segments waiting",
        "crítica si el último fallo es posterior al último éxito, alta con más de 10 segmentos en espera");

    public override Bilingual FalsePositives { get; } = new(
        "archive_mode off, and failures that a later success resolved, are not reported",
        "no se señalan archive_mode desactivado ni los fallos que un éxito posterior resolvió");

    public override bool IsAboutServer => true;

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        if (context.Server.Settings.GetValueOrDefault("archive_mode") is not ("on" or "always")) return [];
        var counters = (await context.QueryAsync(Sql,
            row => new Counters(row.GetInt64(0), row.GetInt64(1), row.Time(2), row.GetBoolean(3), row.Double(4))).ConfigureAwait(false))[0];
        long? waiting = null;
        var error = await context.TryAsync(async () =>
            waiting = (await context.QueryAsync(WaitingSql, row => row.GetInt64(0)).ConfigureAwait(false))[0]).ConfigureAwait(false);
        if (error is not null) context.CannotSee(new("this role may not count the segments waiting to be archived",
            "este rol no puede contar los segmentos pendientes de archivar"), NotSeenReasons.Monitor(context.Server));
        if (!counters.IsFailing && waiting is null or <= MostWaiting) return [];
        var evidence = new List<Evidence>
        {
            Evidence.Of("failed", counters.Failed, "failures since the statistics were reset", "fallos desde que hay estadísticas"),
            Evidence.Of("archived", counters.Archived, "segments archived since then", "segmentos archivados desde entonces"),
        };
        if (waiting is { } count) evidence.Add(Evidence.Of("waiting", count, "waiting segments", "segmentos en espera"));
        if (counters.SecondsSinceSuccess is { } seconds) evidence.Add(Evidence.Of("sinceSuccess", seconds, "since the last success",
            "desde el último éxito", "s"));
        return [new Finding
        {
            Severity = counters.IsFailing ? AuditSeverity.Critical : AuditSeverity.High,
            Confidence = AuditConfidence.Measured,
            Object = "setting archive_command",
            Found = counters.IsFailing
                ? new("archiving WAL fails: recovery ends at the last success, and the segments fill the disk",
                    "falla el archivado de WAL: la recuperación termina en el último éxito y los segmentos llenan el disco")
                : new($"{waiting} WAL segments wait to be archived: archiving is slower than writing",
                    $"{waiting} segmentos de WAL esperan a ser archivados: el archivado es más lento que la escritura"),
            Evidence = evidence,
            Fix = new Fix
            {
                Advice = new(
                    "Run archive_command by hand as the server's user on one segment: the server's log has the error (full target, permissions, "
                    + "network). Never delete files from pg_wal. A base backup from before a gap cannot recover beyond it: take a new one.",
                    "Ejecute archive_command a mano con el usuario del servidor sobre un segmento: su error está en el registro del servidor "
                    + "(destino lleno, permisos, red). Nunca borre archivos de pg_wal. Las copias base anteriores a un hueco no llegan más allá: "
                    + "haga una nueva."),
            },
        }];
    }
}
