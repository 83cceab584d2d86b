namespace Nexus.Audit;

/// <summary>Checkpoints that come before their time because the WAL is full.</summary>
internal sealed class K3Checkpoints : AuditCheck
{
    private const double LargeShare = 0.5;

    private const int Fewest = 6;

    public override string Id => "K3";

    public override Bilingual Title { get; } = new("Checkpoints are forced", "Puntos de control forzados");

    public override Bilingual Positive { get; } = new("Checkpoints are timed", "Los puntos de control son periódicos");

    public override Bilingual SeverityRule { get; } = new(
        "medium when more than half of at least 6 checkpoints were requested instead of timed",
            "media cuando más de la mitad de al menos 6 puntos de control fueron solicitados en vez de periódicos");

    public override Bilingual FalsePositives { get; } = new(
        "after a bulk load, a backup, or creating or dropping databases, which also request checkpoints: reset the counters and measure again",
        "tras una carga masiva, copias de seguridad o la creación y eliminación de bases de datos, que también solicitan puntos de control: "
        + "reinicie los contadores y mida de nuevo");

    public override bool IsAboutServer => true;

    public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var counters = context.Window.Checkpoints.After;
        var all = counters.Timed + counters.Requested;
        var share = (double)counters.Requested / Math.Max(1, all);
        if (all < Fewest || share <= LargeShare) return Task.FromResult<IReadOnlyList<Finding>>([]);
        var megabytes = context.Server.Number("max_wal_size", 1024);
        var since = counters.Since ?? context.Server.StartedAt;
        return Task.FromResult<IReadOnlyList<Finding>>([new Finding
        {
            Severity = AuditSeverity.Medium,
            Confidence = AuditConfidence.Measured,
            Object = "setting max_wal_size",
            Found = new(
                $"{counters.Requested} of {all} checkpoints were requested: after each one, every changed page is written in full again",
                    $"{counters.Requested} de {all} puntos de control fueron solicitados: tras cada uno se vuelve a escribir entera cada página "
                    + "cambiada"),
            Evidence =
            [
                Evidence.Of("requestedShare", 100 * share, "requested", "solicitados", "%"),
                Evidence.Of("requested", counters.Requested, "requested checkpoints", "puntos de control solicitados"),
                Evidence.Of("timed", counters.Timed, "timed checkpoints", "puntos de control periódicos"),
                Evidence.Of("maxWalSize", megabytes, "max_wal_size now", "max_wal_size actual", "MB"),
                Evidence.Of("since", $"{since.ToUniversalTime():yyyy-MM-dd HH:mm} UTC", "statistics since", "estadísticas desde"),
            ],
            Fix = new Fix
            {
                Advice = new(
                    "Double max_wal_size until checkpoints are timed; this takes disk space, and recovery after a crash takes longer.",
                        "Duplique max_wal_size hasta que los puntos de control sean periódicos; ocupa espacio en disco y alarga la recuperación "
                        + "tras una caída."),
                Sql = [$"ALTER SYSTEM SET max_wal_size = '{2 * megabytes}MB'", "SELECT pg_catalog.pg_reload_conf()"],
                Rollback = ["ALTER SYSTEM RESET max_wal_size", "SELECT pg_catalog.pg_reload_conf()"],
            },
        }]);
    }
}
