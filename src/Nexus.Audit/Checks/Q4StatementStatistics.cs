namespace Nexus.Audit;

/// <summary>Whether the server keeps statistics of its statements, without which slowness is guessed at.</summary>
internal sealed class Q4StatementStatistics : AuditCheck
{
    /// <summary>Entries are dropped in portions of 5 %: more often than once an hour means that the busiest are among them.</summary>
    private const double DropsPerHour = 1;

    public override string Id => "Q4";

    public override Bilingual Title { get; } = new("No statistics of statements", "Sin estadísticas de sentencias");

    public override Bilingual Positive { get; } = new("Statistics of statements are kept", "Se conservan estadísticas de las sentencias");

    public override Bilingual SeverityRule { get; } = new(
        "low if pg_stat_statements is missing, as on every new server, or drops entries in the window or more than once an hour",
        "baja si falta pg_stat_statements, como en todo servidor nuevo, o si descarta entradas en la ventana o más de una vez por hora");

    public override Bilingual FalsePositives { get; } = new(
        "a server that another tool monitors at this depth", "un servidor que otra herramienta ya observa con este detalle");

    public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var server = context.Server;
        if (server.Statements is { } source)
        {
            var hours = Math.Max(1, (context.Now - (source.Since ?? server.StartedAt)).TotalHours);
            return Task.FromResult<IReadOnlyList<Finding>>(context.Window.StatementsEvicted > 0 || source.Evicted / hours > DropsPerHour
                ? [Dropping(context, source, hours)] : []);
        }
        if (server.Extensions.ContainsKey(StatementsSource.Extension)
            && server.StatementsMissing?.Grant?.StartsWith("GRANT", StringComparison.Ordinal) == true)
        {
            context.CannotSee(server.StatementsMissing.Reason, server.StatementsMissing.Grant);
            return Task.FromResult<IReadOnlyList<Finding>>([]);
        }
        return Task.FromResult<IReadOnlyList<Finding>>([Absent(server)]);
    }

    private static Finding Absent(ServerFacts server)
    {
        // Only roles with pg_read_all_settings see what is loaded.
        var isKnown = server.Settings.TryGetValue("shared_preload_libraries", out var loaded) && loaded is not null;
        var isLoaded = isKnown && loaded!.Contains(StatementsSource.Extension, StringComparison.Ordinal);
        var libraries = string.Join(',', (loaded ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Append(StatementsSource.Extension).Distinct());
        var isInstalled = server.Extensions.ContainsKey(StatementsSource.Extension);
        string[] sql =
        [
            .. isLoaded ? [] : (string[])[$"ALTER SYSTEM SET shared_preload_libraries = {SafeSql.Literal(libraries)}",
                "ALTER SYSTEM SET pg_stat_statements.track_planning = on"],
            .. isInstalled ? [] : (string[])["CREATE EXTENSION pg_stat_statements"],
        ];
        return new Finding
        {
            Severity = AuditSeverity.Low,
            Confidence = AuditConfidence.Measured,
            Object = $"database {server.Database}",
            Found = new(
                $"{server.StatementsMissing!.Reason.En}: it is unknown which statements take the time",
                    $"{server.StatementsMissing.Reason.Es}: se desconoce qué sentencias consumen el tiempo"),
            Evidence = [Evidence.Of("loaded", isLoaded ? 1 : 0, "library loaded", "biblioteca cargada"),
                Evidence.Of("installed", isInstalled ? 1 : 0, "extension installed", "extensión instalada")],
            Fix = new Fix
            {
                Advice = isLoaded
                    ? new("Install it in this database.", "Instálelo en esta base de datos.")
                    : new("Load the library, which needs a restart of the server, then install the extension. Keep what shared_preload_libraries "
                    + "already names.",
                    "Cargue la biblioteca, lo que exige reiniciar el servidor, y después instale la extensión. Conserve lo que "
                    + "shared_preload_libraries ya contiene."),
                Sql = sql,
                Rollback = isInstalled ? [] : ["DROP EXTENSION pg_stat_statements"],
            },
        };
    }

    private static Finding Dropping(CheckContext context, StatementsSource source, double hours) => new()
    {
        Severity = AuditSeverity.Low,
        Confidence = AuditConfidence.Measured,
        Object = "setting pg_stat_statements.max",
        Found = new(
            $"pg_stat_statements dropped entries {context.Window.StatementsEvicted} times in the window and {source.Evicted} times before: there "
            + $"are more than {source.Max} different statements",
            $"pg_stat_statements descartó entradas {context.Window.StatementsEvicted} veces en la ventana y {source.Evicted} veces antes: hay más "
            + $"de {source.Max} sentencias distintas"),
        Evidence =
        [
            Evidence.Of("dropsPerHour", source.Evicted / hours, "dropped since the statistics were reset", "descartes desde que hay estadísticas",
                "/h"),
            Evidence.Of("dropsInWindow", context.Window.StatementsEvicted, "drops in the window", "descartes en la ventana"),
            Evidence.Of("max", source.Max, "entries kept", "entradas conservadas"),
        ],
        Fix = new Fix
        {
            Advice = new(
                "Many different statements often come from values or lists of varying length inside the text: parameters, and = ANY($1) instead of "
                + "IN (…), turn them into one (Q1). Otherwise raise the limit, which needs a restart.",
                "Muchas sentencias distintas suelen venir de valores o listas de longitud variable dentro del texto: los parámetros, y = ANY($1) "
                + "en vez de IN (…), las convierten en una (Q1). Si no, suba el límite, lo que exige reiniciar."),
            Sql = [$"ALTER SYSTEM SET pg_stat_statements.max = {2 * Math.Max(5000, source.Max)}"],
            Rollback = ["ALTER SYSTEM RESET pg_stat_statements.max"],
        },
    };
}
