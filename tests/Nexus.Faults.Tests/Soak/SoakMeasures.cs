using System.Globalization;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Faults.Tests.Soak;

/// <summary>
/// Reads the measures: of the processes from /proc, of the server by SQL. While a process or the server is dead, its measures have gaps.
/// </summary>
internal sealed class SoakMeasures(PostgresCluster cluster, AckLedger ledger, IReadOnlyList<SoakInstance> instances, int killed)
{
    private const double MiB = 1024 * 1024;

    /// <summary>Seconds. The ledger of commits keeps its rows for an hour; then it is deleted from every some minutes.</summary>
    private const double LedgerIsFull = 70 * 60;

    private const string Sizes =
        """
        SELECT (SELECT sum(size) FROM pg_catalog.pg_ls_waldir())::float8, pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), '0/0')::float8,
            (SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity WHERE datname = 'bot' AND pid <> pg_catalog.pg_backend_pid())::float8
        """;

    /// <summary>Partitions count for their table.</summary>
    private const string Tables =
        """
        SELECT CASE WHEN relation.relname LIKE 'trades%' THEN 'trades' ELSE relation.relname END,
            sum(pg_catalog.pg_total_relation_size(relation.oid))::float8
        FROM pg_catalog.pg_class relation JOIN pg_catalog.pg_namespace space ON space.oid = relation.relnamespace
        WHERE space.nspname = 'public' AND relation.relkind = 'r' GROUP BY 1
        """;

    private readonly Dictionary<(string Chart, string Name), Measure> _measures = [];
    private readonly Lock _gate = new();
    private (double Wal, long Writes)? _before;

    public IReadOnlyList<Measure> All
    {
        get
        {
            lock (_gate) return [.. _measures.Values];
        }
    }

    public async Task TakeAsync(double at)
    {
        foreach (var instance in instances)
        {
            if (instance.ProcessId is { } id) TakeProcess(at, instance.Number, id);
        }
        try
        {
            await TakeServerAsync(at);
        }
        catch (Exception error) when (error is NpgsqlException or TimeoutException)
        {
            // The fault of this minute.
            _before = null;
        }
    }

    public void TakeCalls(double at, int instance, long calls, double median, double slow)
    {
        Add("calls in a second", $"instance {instance}", "", null, at, calls);
        if (calls == 0) return;
        Add("median of writes", $"instance {instance}", "ms", 5, at, median / 1000);
        Add("99th percentile of writes", $"instance {instance}", "ms", 20, at, slow / 1000);
    }

    private void TakeProcess(double at, int number, int id)
    {
        // A process that is killed has no long life to judge.
        var isJudged = number != killed;
        try
        {
            var status = File.ReadAllLines($"/proc/{id}/status");
            var name = $"instance {number}";
            Add("memory", name, "MiB", isJudged ? 24 : null, at, Value(status, "VmRSS:") / 1024);
            Add("threads", name, "", isJudged ? 8 : null, at, Value(status, "Threads:"));
            Add("handles", name, "", isJudged ? 8 : null, at, Directory.EnumerateFileSystemEntries($"/proc/{id}/fd").Count());
        }
        catch (IOException)
        {
            // It ended meanwhile.
        }
    }

    private async Task TakeServerAsync(double at)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString("bot") + ";Pooling=false;Timeout=2;Command Timeout=2");
        await connection.OpenAsync();
        await using (var command = new NpgsqlCommand(Sizes, connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            await reader.ReadAsync();
            Add("WAL", "pg_wal", "MiB", 64, at, reader.GetDouble(0) / MiB);
            Add("connections", "server", "", 4, at, reader.GetDouble(2));
            var (wal, writes) = (reader.GetDouble(1), ledger.Acknowledged);
            if (_before is { } before && writes - before.Writes >= 100)
                Add("WAL of a write", "server", "KiB", 2, at, (wal - before.Wal) / (writes - before.Writes) / 1024);
            if (_before is null || writes - _before.Value.Writes >= 100) _before = (wal, writes);
        }
        await using (var command = new NpgsqlCommand(Tables, connection))
        await using (var reader = await command.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
            {
                var (name, bytes) = (reader.GetString(0), reader.GetDouble(1));
                // Trades are kept: the table grows with them, and only with them.
                if (name == "trades") Add("size of a trade", name, "bytes", 50, at, bytes / Math.Max(1, ledger.Trades.Count));
                else Add("tables", name, "KiB", 2048, at, bytes / 1024, name == "nexus_commits" ? LedgerIsFull : 0);
            }
        }
    }

    private void Add(string chart, string name, string unit, double? tolerance, double at, double value, double judgedFrom = 0)
    {
        Measure? measure;
        lock (_gate)
        {
            if (!_measures.TryGetValue((chart, name), out measure))
                _measures[(chart, name)] = measure = new Measure(chart, name, unit, tolerance, judgedFrom);
        }
        measure.Add(at, value);
    }

    private static double Value(string[] lines, string name)
    {
        var line = lines.FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) ?? throw new IOException($"no {name}");
        return double.Parse(line[name.Length..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[0], CultureInfo.InvariantCulture);
    }
}
