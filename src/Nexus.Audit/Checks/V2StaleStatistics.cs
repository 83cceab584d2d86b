namespace Nexus.Audit;

/// <summary>Tables whose planner statistics are missing or no longer true.</summary>
internal sealed class V2StaleStatistics : AuditCheck
{
    private const long SmallTable = 1000;

    private static readonly TimeSpan Grace = TimeSpan.FromHours(1);

    public override string Id => "V2";

    public override Bilingual Title { get; } = new("Planner statistics are missing or old", "Estadísticas del planificador ausentes o antiguas");

    public override Bilingual Positive { get; } = new("Planner statistics are current", "Las estadísticas del planificador están al día");

    public override Bilingual SeverityRule { get; } = new(
        "medium: never analysed, or more than 10 % of the rows and more than autovacuum's threshold changed since then; low while "
        + "autovacuum has had less than an hour to act",
        "media: nunca analizada, o cambiadas desde entonces más del 10 % de las filas y del umbral de autovacuum; baja mientras "
        + "autovacuum ha tenido menos de una hora");

    public override Bilingual FalsePositives { get; } = new(
        "tables of fewer than 1,000 rows are not judged; a load that has just ended is analysed within minutes",
        "las tablas de menos de 1.000 filas no se juzgan; una carga recién terminada se analiza en minutos");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var options = await TableOptions.ReadAsync(context).ConfigureAwait(false);
        return [.. context.Window.Tables.Values
            .Select(table => Judge(table, TableOptions.Of(options, table.After.Oid, context.Server), context)).OfType<Finding>()];
    }

    private static Finding? Judge(TableActivity table, TableOptions options, CheckContext context)
    {
        var changed = table.After.ModifiedSinceAnalyze;
        var neverAnalysed = table.After.LastAnalyze is null;
        // What was analysed before the counters were reset has an estimate of its rows still.
        if (table.Rows < SmallTable || (neverAnalysed && changed == 0 && table.After.EstimatedRows >= 0)) return null;
        if (!(neverAnalysed && table.After.EstimatedRows < 0)
            && changed <= Math.Max(0.1 * table.Rows, options.AnalyzeTrigger(table.Rows))) return null;
        // It looks once a minute; and after a load and ANALYZE in one session the load is counted last, as if it had come after.
        var isItsTurn = options.IsAutovacuumOn && context.Now - V1DeadRows.Latest(table.After.LastAnalyze, context.Server) < Grace;
        var name = SafeSql.Name(table.Schema, table.Name);
        return new Finding
        {
            Severity = isItsTurn ? AuditSeverity.Low : AuditSeverity.Medium,
            Confidence = AuditConfidence.Measured,
            Object = table.FullName,
            Relation = table.After.Oid,
            Found = neverAnalysed
                ? new($"{table.FullName} was never analysed: the planner guesses about its {table.Rows} rows",
                    $"{table.FullName} no se ha analizado nunca: el planificador adivina sobre sus {table.Rows} filas")
                : new($"{changed} of {table.Rows} rows of {table.FullName} changed since it was analysed",
                    $"{changed} de {table.Rows} filas de {table.FullName} han cambiado desde que se analizó"),
            Evidence =
            [
                Evidence.Of("changedRows", changed, "rows changed since", "filas cambiadas desde entonces"),
                Evidence.Of("rows", table.Rows, "rows", "filas"),
                table.After.LastAnalyze is { } last
                    ? Evidence.Of("lastAnalyze", $"{last.ToUniversalTime():yyyy-MM-dd HH:mm} UTC", "last analysed", "último análisis")
                    : Evidence.Of("lastAnalyze", "-", "never analysed", "nunca analizada"),
            ],
            Fix = new Fix
            {
                Advice = new(
                    "Analyse it now and lower autovacuum's threshold for this table.",
                        "Analícela ahora y reduzca el umbral de autovacuum para esta tabla."),
                Sql = [SafeSql.LockTimeout, $"ALTER TABLE {name} SET (autovacuum_analyze_scale_factor = 0.05)", $"ANALYZE {name}"],
                Rollback = options.Restore(name, "autovacuum_analyze_scale_factor"),
                CanApply = true,
                Evaluates = [table.After.Oid],
            },
        };
    }
}
