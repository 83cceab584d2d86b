using Microsoft.Extensions.Logging;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Monitoring;

/// <summary>
/// Reads the server's figures in the background and keeps the last snapshot, so that a scrape never waits for PostgreSQL.
/// </summary>
internal sealed partial class PostgresCollector : IFigureReader, IAsyncDisposable
{
    private readonly MonitorConnection _connection;
    private readonly MonitoringOptions _options;
    private readonly string _schema;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private PostgresSnapshot? _snapshot;
    private TableSnapshot? _tables;
    private long _snapshotAt;
    private long _tablesAt;
    private bool _isReported;
    private long _errors;

    public PostgresCollector(
        MonitorConnection connection, MonitoringOptions options, string schema, TimeProvider clock, ILogger<PostgresCollector> logger)
    {
        (_connection, _options, _schema, _clock, _logger) = (connection, options, schema, clock, logger);
        _snapshotAt = clock.GetTimestamp();
    }

    /// <summary>Whether the last reading succeeded.</summary>
    public bool IsUp { get; private set; }

    /// <summary>Failed readings since the start.</summary>
    public long Errors => Interlocked.Read(ref _errors);

    /// <summary>Null before the first one.</summary>
    public PostgresSnapshot? Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Null before the first one.</summary>
    public TableSnapshot? Tables => Volatile.Read(ref _tables);

    /// <summary>Time since the last snapshot, or since the start if there is none.</summary>
    public TimeSpan Age => _clock.GetElapsedTime(Interlocked.Read(ref _snapshotAt));

    /// <summary>The time until the server's certificate ends; null without TLS.</summary>
    public TimeSpan? CertificateRemaining => _connection.CertificateEnd - _clock.GetUtcNow();

    /// <summary>Reads once. An error is counted and logged once until a reading succeeds.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var snapshot = await _connection.RunAsync(ReadFiguresAsync, _options.SnapshotTimeout, cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _snapshot, snapshot);
            Interlocked.Exchange(ref _snapshotAt, _clock.GetTimestamp());
            (IsUp, _isReported) = (true, false);
            if (_tablesAt != 0 && _clock.GetElapsedTime(_tablesAt) < _options.StatementInterval) return;
            _tablesAt = _clock.GetTimestamp();
            Volatile.Write(ref _tables, await _connection.RunAsync(ReadTablesAsync, _options.SnapshotTimeout, cancellationToken)
                .ConfigureAwait(false));
        }
        catch (Exception error) when (IsOfServer(error) && !cancellationToken.IsCancellationRequested)
        {
            Interlocked.Increment(ref _errors);
            // A table that is locked for long leaves its old figures; the server itself responds.
            if (error is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled }) return;
            IsUp = false;
            if (_isReported) return;
            _isReported = true;
            LogFailed(_logger, PostgresErrors.Covers(error) ? PostgresErrors.Translate(error).Message : error.Message);
        }
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    internal static bool IsOfServer(Exception error) => error is OperationCanceledException || PostgresErrors.Covers(error);

    private async Task<PostgresSnapshot> ReadFiguresAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection);
        await using (batch.ConfigureAwait(false))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(PostgresFigures.Sql(_connection.ServerVersion)));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(PostgresFigures.StatesSql));
            batch.BatchCommands.Add(new NpgsqlBatchCommand(PostgresFigures.LocksSql));
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var count = PostgresFigures.All.Count;
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                double[] values = [.. Enumerable.Range(0, count + 2).Select(i => reader.GetValue(i) is double value ? value : 0)];
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                var states = await ReadCountsAsync(reader, PostgresFigures.States, cancellationToken).ConfigureAwait(false);
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                var locks = await ReadCountsAsync(reader, PostgresFigures.LockModes, cancellationToken).ConfigureAwait(false);
                return new PostgresSnapshot(_connection.Database, values, values[count], values[count + 1], states, locks);
            }
        }
    }

    /// <summary>Zero for each known name that the server did not report. Unknown names are left out, so that the number of series is fixed.</summary>
    private static async Task<Dictionary<string, double>> ReadCountsAsync(
        NpgsqlDataReader reader, IReadOnlyList<string> known, CancellationToken cancellationToken)
    {
        var counts = known.ToDictionary(name => name, _ => 0.0, StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            var name = reader.GetString(0);
            if (counts.ContainsKey(name)) counts[name] = reader.GetDouble(1);
        }
        return counts;
    }

    private async Task<TableSnapshot> ReadTablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection);
        await using (batch.ConfigureAwait(false))
        {
            var schema = new NpgsqlParameter<string> { TypedValue = _schema };
            batch.BatchCommands.Add(new NpgsqlBatchCommand(TableFigure.Sql) { Parameters = { schema } });
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT pg_catalog.pg_database_size(pg_catalog.current_database())::float8"));
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var tables = new Dictionary<string, double[]>(StringComparer.Ordinal);
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    tables[reader.GetString(0)] = [.. Enumerable.Range(1, TableFigure.All.Count)
                        .Select(i => reader.GetValue(i) is double value ? value : 0)];
                }
                await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                return new TableSnapshot(reader.GetDouble(0), tables);
            }
        }
    }

    [LoggerMessage(2150, LogLevel.Warning, "The figures of PostgreSQL could not be read, so the metrics show the last ones: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
