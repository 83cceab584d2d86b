namespace Nexus.Audit;

/// <summary>Statements that take long and run often.</summary>
internal sealed class Q3SlowStatements : AuditCheck
{
    private const double SlowMs = 20, NoticedMs = 100, VerySlowMs = 1000, LargeShare = 0.05;

    private const int FewestCalls = 100, FewestInWindow = 10;

    public override string Id => "Q3";

    public override Bilingual Title { get; } = new("Slow statements", "Sentencias lentas");

    public override Bilingual Positive { get; } = new("Frequent statements are fast", "Las sentencias frecuentes son rápidas");

    public override Bilingual SeverityRule { get; } = new(
        "100 executions or more with a mean of 20 ms: high from 1 s if it runs during the window, medium from 100 ms (noticeable to a person) and "
        + "5 % of the time of all statements, otherwise low",
        "100 ejecuciones o más con una media de 20 ms: alta desde 1 s si se ejecuta durante la ventana, media desde 100 ms (que una persona nota) "
        + "y el 5 % del tiempo de todas las sentencias, si no baja");

    public override Bilingual FalsePositives { get; } = new(
        "reports and batch jobs that nobody waits for; a statement that has become fast is judged by the window if it ran ten times in it",
        "informes y procesos por lotes, a los que nadie espera; una sentencia que ya es rápida se juzga por la ventana si se ejecutó diez veces "
        + "en ella");

    public override AuditNeeds Needs => AuditNeeds.Statements;

    public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var all = context.Window.Statements;
        var time = Math.Max(0.001, all.Sum(statement => statement.TotalTime));
        var findings = all
            .Where(statement => statement.Key.IsTopLevel && statement.Total.Calls >= FewestCalls && Literals.TakesParameters(statement.Text)
                && Mean(statement) >= SlowMs)
            .Select(statement => MakeFinding(statement, statement.TotalTime / time, context.Server));
        return Task.FromResult<IReadOnlyList<Finding>>([.. findings]);
    }

    private static double Mean(StatementActivity statement) => statement.Window.Calls >= FewestInWindow
        ? statement.WindowTime / statement.Window.Calls
        : statement.TotalTime / statement.Total.Calls;

    private static Finding MakeFinding(StatementActivity statement, double share, ServerFacts server)
    {
        var mean = Mean(statement);
        var since = server.Statements!.Since;
        return new Finding
        {
            Severity = mean >= VerySlowMs && statement.Window.Calls > 0 ? AuditSeverity.High : mean >= NoticedMs && share >= LargeShare
                ? AuditSeverity.Medium : AuditSeverity.Low,
            Confidence = AuditConfidence.Measured,
            Object = statement.Name,
            Statements = [statement.Key.QueryId],
            Found = new(
                $"a statement of {statement.User} takes {mean:0.#} ms on average and {share:0.#%} of the time of all statements",
                $"una sentencia de {statement.User} tarda {mean:0.#} ms de media y ocupa el {share:0.#%} del tiempo de todas las sentencias"),
            Evidence =
            [
                Evidence.Of("meanTime", mean, "mean time", "tiempo medio", "ms"),
                Evidence.Of("timeShare", 100 * share, "share of the time of all statements", "del tiempo de todas las sentencias", "%"),
                Evidence.Of("calls", statement.Total.Calls, "executions since the statistics were reset", "ejecuciones desde que hay estadísticas"),
                Evidence.Of("rowsPerCall", (double)statement.Total.Rows / statement.Total.Calls, "rows by execution", "filas por ejecución"),
                .. since is null ? [] : (Evidence[])[Evidence.Of("since", $"{since.Value.ToUniversalTime():yyyy-MM-dd HH:mm} UTC", "statistics since",
                    "estadísticas desde")],
                Evidence.Of("role", statement.User, "role", "rol"),
                Evidence.Of("statement", StatementText.Shown(statement.Text), "statement", "sentencia"),
            ],
            Fix = new Fix
            {
                Advice = new(
                    "Run EXPLAIN (ANALYZE, BUFFERS) with real values. A sequential scan that returns few rows needs an index (I2, J2); many rows "
                    + "per execution call for a narrower query or paging.",
                    "Ejecute EXPLAIN (ANALYZE, BUFFERS) con valores reales. Un recorrido secuencial que devuelve pocas filas necesita un índice "
                    + "(I2, J2); muchas filas por ejecución requieren una consulta más acotada o paginación."),
            },
        };
    }
}
