namespace Nexus.Audit;

/// <summary>Takes the snapshot before, samples meanwhile, and the snapshot after.</summary>
internal sealed class WindowWatcher(AuditConnection connection, ServerFacts server, TimeSpan window, TimeProvider clock)
{
    /// <summary>
    /// Statements that go together are seen in as many parts of the window as the research took (twelve of five seconds), in a short window in fewer.
    /// </summary>
    private const int MostSlices = 12;

    private static readonly TimeSpan ShortestSlice = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(1);

    private const int FewestSamples = 5;

    /// <summary>
    /// Server processes that are at work report their counters once a second: in a short window the last second would be most of it, so it is waited
    /// for.
    /// </summary>
    private static readonly TimeSpan ReportingDelay = TimeSpan.FromSeconds(1.1), LongWindow = TimeSpan.FromSeconds(10),
        NoWindow = TimeSpan.FromMilliseconds(500);

    private sealed record Snapshot(DatabaseCounters Database, Dictionary<uint, TableCounters> Tables, Dictionary<uint, IndexCounters> Indexes,
        CheckpointCounters Checkpoints);

    public async Task<WindowData> WatchAsync(IProgress<AuditProgress>? progress, CancellationToken cancellationToken)
    {
        var statements = server.Statements is { } source ? new StatementReader(connection, source) : null;
        var before = await ReadAsync(statements, cancellationToken).ConfigureAwait(false);
        var ownBefore = connection.Transactions;
        var started = clock.GetTimestamp();
        var samples = await WatchAsync(started, statements, progress, cancellationToken).ConfigureAwait(false);
        var seconds = clock.GetElapsedTime(started).TotalSeconds;
        if (statements is not null) await InTransactionAsync(() => NoneAsync(statements.SnapshotAsync(cancellationToken)), cancellationToken)
            .ConfigureAwait(false);
        if (window >= NoWindow && window < LongWindow) await Task.Delay(ReportingDelay, clock, cancellationToken).ConfigureAwait(false);
        var own = connection.Transactions - ownBefore;
        var counterSeconds = clock.GetElapsedTime(started).TotalSeconds;
        var after = await ReadAsync(null, cancellationToken).ConfigureAwait(false);
        var relations = await InTransactionAsync(() => AuditedRelations.ReadAsync(connection, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
        return new WindowData
        {
            Seconds = seconds,
            Database = new DatabaseActivity(before.Database, after.Database, own, counterSeconds),
            Relations = relations,
            Tables = after.Tables.Where(table => relations.Contains(table.Key))
                .ToDictionary(table => table.Key, table => new TableActivity(before.Tables.GetValueOrDefault(table.Key), table.Value)),
            Indexes = after.Indexes.Where(index => relations.Contains(index.Key))
                .ToDictionary(index => index.Key, index => new IndexActivity(before.Indexes.GetValueOrDefault(index.Key), index.Value)),
            Checkpoints = (before.Checkpoints, after.Checkpoints),
            Statements = statements is null ? []
                : await InTransactionAsync(() => statements.ReadAsync(cancellationToken), cancellationToken).ConfigureAwait(false),
            StatementsRefusal = statements?.Refusal,
            HiddenStatements = statements?.Hidden ?? 0,
            StatementsEvicted = statements?.Evicted ?? 0,
            Samples = samples,
        };
    }

    private async Task<List<IReadOnlyList<SessionSample>>> WatchAsync(long started, StatementReader? statements, IProgress<AuditProgress>? progress,
        CancellationToken cancellationToken)
    {
        var samples = new List<IReadOnlyList<SessionSample>>();
        var sampleEvery = TimeSpan.FromTicks(Math.Min(SampleEvery.Ticks, window.Ticks / FewestSamples));
        var slices = (int)Math.Clamp(window / ShortestSlice, 1, MostSlices);
        var slice = 1;
        for (var sample = 0; ; sample++)
        {
            var due = sampleEvery * sample + sampleEvery / 2;
            var end = due > window ? window : due;
            // The last slice is the snapshot after.
            while (slice < slices && window * slice / slices <= end)
            {
                await WaitAsync(started, window * slice++ / slices, progress, cancellationToken).ConfigureAwait(false);
                if (statements is not null) await InTransactionAsync(() => NoneAsync(statements.SnapshotAsync(cancellationToken)), cancellationToken)
                    .ConfigureAwait(false);
            }
            await WaitAsync(started, end, progress, cancellationToken).ConfigureAwait(false);
            if (due > window) return samples;
            samples.Add(await InTransactionAsync(() => SessionSample.ReadAsync(connection, cancellationToken), cancellationToken)
                .ConfigureAwait(false));
        }
    }

    /// <summary>Waits until this time after the start; progress is reported every tenth of a second.</summary>
    private async Task WaitAsync(long started, TimeSpan until, IProgress<AuditProgress>? progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            var elapsed = clock.GetElapsedTime(started);
            progress?.Report(new AuditProgress(AuditPhase.Window, Math.Min(1, elapsed / window)));
            if (elapsed >= until) return;
            var left = until - elapsed;
            var step = progress is null || left < TimeSpan.FromMilliseconds(100) ? left : TimeSpan.FromMilliseconds(100);
            await Task.Delay(step, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<Snapshot> ReadAsync(StatementReader? statements, CancellationToken cancellationToken) => InTransactionAsync(
        async () =>
        {
            var snapshot = new Snapshot(
                await DatabaseCounters.ReadAsync(connection, cancellationToken).ConfigureAwait(false),
                await TableCounters.ReadAsync(connection, server.Version, cancellationToken).ConfigureAwait(false),
                await IndexCounters.ReadAsync(connection, server.Version, cancellationToken).ConfigureAwait(false),
                await CheckpointCounters.ReadAsync(connection, server.Version, cancellationToken).ConfigureAwait(false));
            if (statements is not null) await statements.SnapshotAsync(cancellationToken).ConfigureAwait(false);
            return snapshot;
        },
        cancellationToken);

    private Task<T> InTransactionAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken) =>
        connection.InTransactionAsync(work, cancellationToken);

    private static async Task<bool> NoneAsync(Task task)
    {
        await task.ConfigureAwait(false);
        return true;
    }
}
