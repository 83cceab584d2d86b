using System.Diagnostics;
using Nexus.Postgres;
using Nexus.Secrets;
using Npgsql;

namespace Nexus.LoadTest;

/// <summary>The run of one variant in its schema, observed over a separate connection.</summary>
internal sealed class VariantRun(
    BenchVariant variant, BenchOptions options, BenchSchema schema, NpgsqlConnection probe, Sealer sealer, TimeProvider clock)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    private readonly BenchLedger _ledger = new(options.Users);
    private readonly BenchRecorder _recorder = new();
    private long _clientPeak;
    private long? _serverPeak;

    public async Task<VariantReport> MeasureAsync(IProgress<BenchProgress>? progress, CancellationToken cancellationToken)
    {
        // One variant must not pay for the garbage of another.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        var before = await ServerProbe.ReadAsync(probe, cancellationToken).ConfigureAwait(false);
        using var prepared = new PreparedShare(PoolName);
        TimeSpan elapsed;
        long allocated;
        double preparedShare;
        var client = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using (client.ConfigureAwait(false))
        {
            allocated = GC.GetTotalAllocatedBytes();
            var watch = Stopwatch.StartNew();
            var work = new BenchUsers(client, _ledger, _recorder, options.Users, options.Seed, clock)
                .RunAsync(options.WarmUp + options.Duration, cancellationToken);
            await WatchAsync(work, watch, options.WarmUp, progress, cancellationToken).ConfigureAwait(false);
            var warmUp = watch.Elapsed;
            _recorder.Begin();
            await WatchAsync(work, watch, TimeSpan.MaxValue, progress, cancellationToken).ConfigureAwait(false);
            await work.ConfigureAwait(false);
            elapsed = watch.Elapsed - warmUp;
            allocated = GC.GetTotalAllocatedBytes() - allocated;
            preparedShare = prepared.Read();
        }
        var after = await ServerProbe.ReadAsync(probe, cancellationToken).ConfigureAwait(false);
        progress?.Report(new BenchProgress(variant, "verify", 0, _recorder.Operations));
        var lost = await _ledger.CountLostAsync(schema.DataSource, cancellationToken).ConfigureAwait(false);
        progress?.Report(new BenchProgress(variant, "clean up", 0, _recorder.Operations));
        return Report(elapsed, before, after, allocated, preparedShare, lost);
    }

    /// <summary>Waits until that time, or until the work is done.</summary>
    private async Task WatchAsync(Task work, Stopwatch watch, TimeSpan until, IProgress<BenchProgress>? progress, CancellationToken cancellationToken)
    {
        while (!work.IsCompleted && until - watch.Elapsed is { Ticks: > 0 } left)
        {
            _clientPeak = Math.Max(_clientPeak, Environment.WorkingSet);
            if (await ServerProbe.PrivateMemoryAsync(probe, cancellationToken).ConfigureAwait(false) is { } bytes)
                _serverPeak = Math.Max(_serverPeak ?? 0, bytes);
            var share = Math.Min(1, watch.Elapsed / (options.WarmUp + options.Duration));
            progress?.Report(new BenchProgress(variant, "run", share, _recorder.Operations));
            await Task.WhenAny(work, Task.Delay(left < Glance ? left : Glance, cancellationToken)).ConfigureAwait(false);
        }
    }

    private VariantReport Report(
        TimeSpan elapsed, ServerProbe.Counters before, ServerProbe.Counters after, long allocated, double preparedShare, long lost)
    {
        var (p50, p95, p99, count) = _recorder.Overall();
        var all = Math.Max(1, _recorder.Operations);
        return new VariantReport(
            Name,
            count / elapsed.TotalSeconds,
            p50,
            p95,
            p99,
            count,
            _recorder.Errors,
            _recorder.FirstError,
            _ledger.Acknowledged,
            lost,
            (after.Sessions - before.Sessions) * 1000.0 / all,
            preparedShare,
            (double)(after.WalBytes - before.WalBytes) / Math.Max(1, _ledger.Acknowledged),
            _clientPeak,
            (double)allocated / all,
            _serverPeak,
            _recorder.ByKind(elapsed));
    }

    private async Task<IBenchClient> ConnectAsync(CancellationToken cancellationToken)
    {
        if (variant == BenchVariant.Nexus)
            return new NexusClient(
                await NexusDb.OpenAsync(schema.Options, cancellationToken: cancellationToken).ConfigureAwait(false), options.Users);
        var settings = DatabaseUrl.Parse(options.Database);
        settings.SearchPath = schema.Options.Schema;
        if (variant == BenchVariant.Pooled)
            (settings.MinPoolSize, settings.MaxPoolSize, settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (5, 20, 100, 2);
        else settings.Pooling = false;
        return new SqlClient(new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = PoolName }.Build(), sealer, options.Users);
    }

    private string Name => variant.ToString().ToLowerInvariant();

    private string PoolName => variant == BenchVariant.Nexus ? PostgresDataSource.Name : $"nexus-bench-{Name}";
}
