namespace Nexus.Audit;

/// <summary>
/// What the audit that Nexus grew from estimated by reading code, measured: connections, transactions, writes and times of the window.
/// </summary>
internal static class ReportMetrics
{
    private const int SlowestShown = 5;

    public static IEnumerable<Evidence> Of(AuditResult result)
    {
        var window = result.Window;
        var database = window.Database;
        yield return Evidence.Of("connectionsPerMinute", 60 * database.PerSecond(database.Sessions), "connections opened", "conexiones abiertas",
            "/min");
        yield return Evidence.Of("openConnections", database.After.Backends, "connections open at the end", "conexiones abiertas al final");
        yield return Evidence.Of("transactionsPerSecond", database.PerSecond(database.Transactions), "transactions", "transacciones", "/s");
        yield return Evidence.Of("rollbackShare", 100.0 * database.Rollbacks / Math.Max(1, database.Transactions), "rolled back", "deshechas", "%");
        yield return Evidence.Of("rowsWrittenPerSecond", database.PerSecond(database.RowsWritten), "rows written", "filas escritas", "/s");
        var blocks = database.After.BlocksHit - database.Before.BlocksHit + database.After.BlocksRead - database.Before.BlocksRead;
        if (blocks > 0) yield return Evidence.Of("cacheHitShare", 100.0 * (database.After.BlocksHit - database.Before.BlocksHit) / blocks,
            "pages found in memory", "páginas encontradas en memoria", "%");
        var updated = window.Tables.Values.Sum(table => table.Updated);
        if (updated > 0) yield return Evidence.Of("hotShare", 100.0 * window.Tables.Values.Sum(table => table.HotUpdated) / updated,
            "updates that touched no index (HOT)", "actualizaciones sin tocar índices (HOT)", "%");
        yield return Evidence.Of("busyTime", database.ActiveTime / (10 * database.Seconds), "statement execution time, relative to one core",
            "tiempo de ejecución de sentencias, respecto a un núcleo", "%");
        var calls = window.Statements.Sum(statement => statement.Window.Calls);
        if (calls > 0)
        {
            yield return Evidence.Of("statementsPerSecond", window.PerSecond(calls), "statements", "sentencias", "/s");
            yield return Evidence.Of("meanStatementTime", window.Statements.Sum(statement => statement.WindowTime) / calls, "mean time per statement",
                "tiempo medio por sentencia", "ms");
        }
        foreach (var (statement, i) in window.Statements.Where(statement => statement.Window.Calls > 0)
            .OrderByDescending(statement => statement.WindowTime).Take(SlowestShown).Select((statement, i) => (statement, i)))
        {
            var mean = statement.WindowTime / statement.Window.Calls;
            yield return Evidence.Of(
                $"topStatement{i + 1}", $"{statement.Window.Calls} × {mean:0.###} ms: {StatementText.Shown(statement.Text)}",
                    $"most time, number {i + 1}", $"más tiempo, número {i + 1}");
        }
    }
}
