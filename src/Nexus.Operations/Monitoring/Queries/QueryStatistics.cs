using Microsoft.Extensions.Logging;
using Nexus.Audit;
using Nexus.Errors;
using Nexus.Operations.Status;
using Nexus.Postgres;

namespace Nexus.Operations.Monitoring;

/// <summary>Reads the statements' counters in the background, keeps snapshots of them, and reports what takes the time.</summary>
internal sealed partial class QueryStatistics(
    MonitorConnection connection, MonitoringOptions options, string dataFolder, TimeProvider clock,
        ILogger<QueryStatistics> logger) : IQueryStatistics, IFigureReader, IMetricRound, IAsyncDisposable
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(5), Hour = TimeSpan.FromHours(1), Day = TimeSpan.FromDays(1);

    /// <summary>Fewer executions between two readings are not judged.</summary>
    private const int FewestCalls = 3;

    private static readonly MetricExpression Buckets =
        MetricSelector.Of("nexus_operation_duration_seconds_bucket").Increase(Hour).Sum("nexus_operation_name", "le");

    private static readonly MetricExpression Counts = MetricSelector.Of("nexus_operation_duration_seconds_count").Increase(Hour)
        .Sum("nexus_operation_name");
    private static readonly MetricExpression Sums = MetricSelector.Of("nexus_operation_duration_seconds_sum").Increase(Hour)
        .Sum("nexus_operation_name");

    private readonly SemaphoreSlim _turn = new(1);
    private QueryReport _report = QueryReport.None("the statistics were not read yet");
    private IReadOnlyList<OperationStatistic> _operations = [];
    private IReadOnlyList<StatementRow> _rows = [];
    private Dictionary<string, StatementCounters> _last = [];
    private QueryHistory? _history;
    private long _readAt;
    private long _savedAt;

    public IEnumerable<string> Metrics => Buckets.Metrics.Concat(Counts.Metrics).Concat(Sums.Metrics);

    public QueryReport Current => Volatile.Read(ref _report) with { Operations = Volatile.Read(ref _operations) };

    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (_readAt != 0 && clock.GetElapsedTime(_readAt) < options.StatementInterval) return;
        _readAt = clock.GetTimestamp();
        try
        {
            await ReadNowAsync(keepsHistory: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresCollector.IsOfServer(error) && !cancellationToken.IsCancellationRequested)
        {
            Volatile.Write(ref _report, Volatile.Read(ref _report) with
            {
                Unavailable = PostgresErrors.Covers(error) ? OperatorTerms.Translate(PostgresErrors.Translate(error).Message)
                    : "PostgreSQL did not respond in time",
            });
        }
    }

    /// <summary>Reads once, for a command without a server.</summary>
    public async Task<QueryReport> ReadNowAsync(bool keepsHistory, CancellationToken cancellationToken)
    {
        var (rows, all, since, unavailable, remedy) = await connection.RunAsync(StatementsReader.ReadAsync, options.SnapshotTimeout,
            cancellationToken)
            .ConfigureAwait(false);
        var now = clock.GetUtcNow();
        var (hour, day) = keepsHistory && unavailable is null
            ? await Task.Run(() => Remember(now, rows), cancellationToken).ConfigureAwait(false)
            : ([], []);
        var report = new QueryReport(now, since, unavailable, remedy, [.. rows.Select(row => Statistic(row, rows, all, hour, day))], []);
        if (keepsHistory) LogSlow(rows);
        Volatile.Write(ref _rows, rows);
        Volatile.Write(ref _report, report);
        return report;
    }

    public async Task<QueryPlan> PlanAsync(string id, CancellationToken cancellationToken)
    {
        var row = Volatile.Read(ref _rows).FirstOrDefault(row => row.Id == id) ?? throw new NexusNotFoundException("the statement");
        try
        {
            return await connection.RunAsync(
                (open, token) => StatementPlanner.PlanAsync(open, row, token), options.SnapshotTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }

    public Task RunAsync(MetricWindow window, CancellationToken cancellationToken)
    {
        var quantiles = Buckets.Quantile(0.99).Evaluate(window).ToDictionary(sample => sample.Labels, sample => sample.Value);
        var sums = Sums.Evaluate(window).ToDictionary(sample => sample.Labels, sample => sample.Value);
        Volatile.Write(ref _operations,
        [
            .. Counts.Evaluate(window).Where(count => count.Value > 0 && quantiles.ContainsKey(count.Labels)).Select(count => new OperationStatistic(
                count.Labels["nexus_operation_name"], count.Value, sums.GetValueOrDefault(count.Labels) / count.Value * 1000,
                quantiles[count.Labels] * 1000)).OrderByDescending(operation => operation.Calls * operation.MeanMilliseconds),
        ]);
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        _history?.Dispose();
        _history = null;
        _turn.Release();
    }

    private static QueryStatistic Statistic(
        StatementRow row, List<StatementRow> rows, double all, Dictionary<string, StatementCounters> hour, Dictionary<string, StatementCounters> day)
    {
        var (lastHour, lastDay) = (Window(row, rows, hour), Window(row, rows, day));
        var trend = lastHour is { Calls: > 0 } && lastDay is { MeanMilliseconds: > 0 }
            ? lastHour.MeanMilliseconds / lastDay.MeanMilliseconds
            : (double?)null;
        return new QueryStatistic(row.Id, row.Role, Printable.Statement(row.Text), row.Counters.Window(all), lastHour, lastDay, trend, row.IsOwn);
    }

    private static QueryWindow? Window(StatementRow row, List<StatementRow> rows, Dictionary<string, StatementCounters> before) =>
        before.Count == 0 ? null : row.Counters.Since(before.GetValueOrDefault(row.Id))
            .Window(rows.Sum(other => other.Counters.Since(before.GetValueOrDefault(other.Id)).Milliseconds));

    private (Dictionary<string, StatementCounters> Hour, Dictionary<string, StatementCounters> Day) Remember(DateTimeOffset now,
        List<StatementRow> rows)
    {
        try
        {
            _history ??= QueryHistory.Open(dataFolder);
            if (_savedAt == 0 || clock.GetElapsedTime(_savedAt) >= SaveEvery)
            {
                _savedAt = clock.GetTimestamp();
                _history.Save(now, rows.Select(row => (row.Id, row.Counters)));
            }
            return (_history.Load(now, Hour), _history.Load(now, Day));
        }
        catch (Exception error) when (error is Microsoft.Data.Sqlite.SqliteException or IOException or UnauthorizedAccessException)
        {
            LogNoHistory(logger, error.Message);
            return ([], []);
        }
    }

    private void LogSlow(List<StatementRow> rows)
    {
        if (options.SlowStatement > TimeSpan.Zero && _last.Count > 0)
        {
            foreach (var row in rows)
            {
                var since = row.Counters.Since(_last.GetValueOrDefault(row.Id));
                if (since.Calls >= FewestCalls && since.Milliseconds / since.Calls >= options.SlowStatement.TotalMilliseconds)
                    LogSlowStatement(logger, since.Milliseconds / since.Calls, since.Calls, row.Role, Printable.Statement(row.Text));
            }
        }
        _last = rows.ToDictionary(row => row.Id, row => row.Counters, StringComparer.Ordinal);
    }

    [LoggerMessage(2120, LogLevel.Warning, "A statement took {Milliseconds:0} ms on average in {Calls} executions of the role {Role}: {Statement}")]
    private static partial void LogSlowStatement(ILogger logger, double milliseconds, long calls, string role, string statement);

    [LoggerMessage(2121, LogLevel.Warning, "The snapshots of the statements' statistics could not be kept: {Reason}")]
    private static partial void LogNoHistory(ILogger logger, string reason);
}
