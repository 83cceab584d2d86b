namespace Nexus.Audit;

/// <summary>How old the newest recoverable state is. A database knows of WAL archives only; of dumps and restores it keeps no trace.</summary>
internal sealed class D1Backup : AuditCheck
{
    private const double OldestHours = 26;

    // WAL that was begun after the last archived segment is what would be lost.
    private const string Sql = """
        SELECT a.last_archived_time, extract(epoch FROM pg_catalog.clock_timestamp() - a.last_archived_time)::float8 / 3600,
            CASE WHEN pg_catalog.pg_is_in_recovery() THEN false ELSE a.last_archived_wal IS DISTINCT
                FROM pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()) END,
            extract(epoch FROM pg_catalog.clock_timestamp() - pg_catalog.pg_postmaster_start_time())::float8 / 3600
        FROM pg_catalog.pg_stat_archiver a
        """;

    // Where WAL is archived, a base backup leaves its history file beside the segments until the next one:
    // https://www.postgresql.org/docs/current/continuous-archiving.html.
    private const string BaseSql = "SELECT max(f.modification) FROM pg_catalog.pg_ls_waldir() f WHERE f.name LIKE '%.backup'";

    private static readonly string[] Tools = ["pg_basebackup", "pg_dump", "pg_receivewal", "pgbackrest", "barman", "wal-g", "nexus backup"];

    private sealed record Archiver(DateTimeOffset? Last, double? Hours, bool HasNewer, double ServerHours);

    public override string Id => "D1";

    public override Bilingual Title { get; } = new("No recent backup", "Sin copia de seguridad reciente");

    public override Bilingual Positive { get; } = new("WAL is archived and recent", "El WAL se archiva y es reciente");

    public override Bilingual SeverityRule { get; } = new(
        "critical if WAL is archived and the last archived segment is 26 h old or there is none; info (unknown) if nothing indicates backups",
        "crítica si se archiva WAL y el último segmento archivado tiene 26 h o no hay ninguno; informativa (desconocida) si nada indica copias");

    public override Bilingual FalsePositives { get; } = new(
        "dumps, disk snapshots and backups of a managed service leave no trace in the database",
        "los volcados, las instantáneas de disco y las copias de un servicio gestionado no dejan rastro en la base de datos");

    public override bool IsAboutServer => true;

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var archiver = (await context.QueryAsync(Sql, row => new Archiver(row.Time(0), row.Double(1), row.GetBoolean(2), row.GetDouble(3)))
            .ConfigureAwait(false))[0];
        var tool = context.Window.Samples.SelectMany(sample => sample)
            .Select(session => Array.Find(Tools, name => session.Application.StartsWith(name, StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(name => name is not null);
        if (context.Server.Settings.GetValueOrDefault("archive_mode") is "on" or "always" && !context.Server.IsReplica)
        {
            if (Judge(archiver.Hours ?? archiver.ServerHours, archiver.HasNewer) is { } severity) return [Stale(context, archiver, severity)];
            DateTimeOffset? newest = null;
            var error = await context.TryAsync(async () => newest = (await context.QueryAsync(BaseSql, row => row.Time(0)).ConfigureAwait(false))[0])
                .ConfigureAwait(false);
            if (error is not null) context.CannotSee(new("this role may not look for traces of base backups",
                "este rol no puede buscar rastros de copias base"), NotSeenReasons.Monitor(context.Server));
            else if (newest is null) context.CannotSee(new("WAL is archived, but no base backup left a trace",
                "se archiva WAL, pero ninguna copia base dejó rastro"));
            return [];
        }
        return [Unknown(context, tool)];
    }

    /// <param name="hours">Since the last segment was archived.</param>
    /// <param name="hasNewer">Whether anything was written after it.</param>
    internal static AuditSeverity? Judge(double hours, bool hasNewer) => hours >= OldestHours && hasNewer ? AuditSeverity.Critical : null;

    private static Finding Stale(CheckContext context, Archiver archiver, AuditSeverity severity) => new()
    {
        Severity = severity,
        Confidence = AuditConfidence.Measured,
        Object = $"database {context.Server.Database}",
        Found = new(
            $"the newest archived WAL is {archiver.Hours ?? archiver.ServerHours:0.#} hours old: later changes cannot be recovered",
            $"el último WAL archivado tiene {archiver.Hours ?? archiver.ServerHours:0.#} horas: lo posterior no se puede recuperar"),
        Evidence =
        [
            Evidence.Of("hours", archiver.Hours ?? archiver.ServerHours, "age of the newest archived WAL", "antigüedad del último WAL archivado",
                "h"),
            Evidence.Of("ever", archiver.Last is null ? 0 : 1, "archived at least once", "archivado alguna vez"),
        ],
        Fix = new Fix
        {
            Advice = new("Find out why archiving has stopped (D2), take a base backup and restore it once.",
                "Averigüe por qué se detuvo el archivado (D2), haga una copia base y restáurela una vez."),
        },
    };

    private static Finding Unknown(CheckContext context, string? tool) => new()
    {
        Severity = AuditSeverity.Info,
        Confidence = AuditConfidence.Unknown,
        Object = $"database {context.Server.Database}",
        Found = tool is null
            ? new(
                "WAL is not archived and nothing in the database indicates a backup; the database cannot tell whether dumps are taken or were ever "
                + "restored",
                "no se archiva WAL y nada en la base de datos indica una copia; la base de datos no puede saber si se hacen volcados ni si alguna "
                + "vez se restauraron")
            : new(
                $"WAL is not archived, but {tool} was active; the database cannot tell whether its backups were ever restored",
                $"no se archiva WAL, pero {tool} estaba activo; la base de datos no puede saber si sus copias se restauraron alguna vez"),
        Evidence =
        [
            Evidence.Of("archiving", context.Server.Settings.GetValueOrDefault("archive_mode") ?? "?", "WAL archiving", "archivado de WAL"),
            Evidence.Of("tool", tool ?? "-", "backup program seen during the window", "programa de copias visto en la ventana"),
            Evidence.Of("databaseBytes", context.Server.DatabaseBytes, "size of the database", "tamaño de la base de datos", "bytes"),
        ],
        Fix = new Fix
        {
            Advice = new(
                "Take a backup at least daily, keep it on another machine and restore one every week: only a restore proves a backup. Archive WAL "
                + "if losing one day of data is too much.",
                "Haga una copia al menos diaria, guárdela en otra máquina y restaure una cada semana: solo una restauración demuestra que la "
                + "copia sirve. Archive WAL si perder los datos de un día es demasiado."),
        },
    };
}
