using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Secrets;
using Npgsql;

namespace Nexus.LoadTest;

/// <summary>The load test: concurrent users on one server, through each variant in turn.</summary>
public sealed class BenchRunner(BenchOptions options, TimeProvider clock)
{
    private readonly string _keys = NexusKeys.Generate();

    /// <summary>Runs every variant and drops its schemas, even if it is cancelled.</summary>
    /// <exception cref="NexusConfigurationException">A setting is invalid.</exception>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public async Task<BenchReport> RunAsync(IProgress<BenchProgress>? progress, CancellationToken cancellationToken)
    {
        if (options.Users is < 1 or > 100_000) throw new NexusConfigurationException("--users", "must be 1 to 100000");
        if (options.Duration < TimeSpan.FromSeconds(1)) throw new NexusConfigurationException("--seconds", "must be 1 or more");
        if (options.WarmUp < TimeSpan.Zero) throw new NexusConfigurationException("--warm-up", "must be 0 or more");
        var variants = new List<VariantReport>();
        var server = "";
        try
        {
            foreach (var variant in options.Variants)
            {
                var (report, version) = await RunVariantAsync(variant, progress, cancellationToken).ConfigureAwait(false);
                variants.Add(report);
                server = version;
            }
        }
        catch (NpgsqlException error)
        {
            throw PostgresErrors.Translate(error);
        }
        return new BenchReport(
            options.Users,
            options.Duration.TotalSeconds,
            options.WarmUp.TotalSeconds,
            Sessions,
            server,
            variants.Sum(variant => variant.Lost),
            variants,
            BenchPromises.Judge(variants));
    }

    private int Sessions => Math.Max(options.Sessions, options.Users);

    private async Task<(VariantReport Report, string Version)> RunVariantAsync(
        BenchVariant variant, IProgress<BenchProgress>? progress, CancellationToken cancellationToken)
    {
        var schema = await BenchSchema.CreateAsync(options.Database, _keys, cancellationToken).ConfigureAwait(false);
        await using (schema.ConfigureAwait(false))
        {
            var sealer = new Sealer(KeyRing.Parse(_keys, null));
            await schema.FillAsync(
                Sessions,
                options.Users,
                sealer,
                clock.GetUtcNow(),
                share => progress?.Report(new BenchProgress(variant, "prepare", share, 0)),
                cancellationToken).ConfigureAwait(false);
            var probe = await schema.DataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            await using (probe.ConfigureAwait(false))
            {
                var run = new VariantRun(variant, options, schema, probe, sealer, clock);
                return (await run.MeasureAsync(progress, cancellationToken).ConfigureAwait(false), probe.PostgreSqlVersion.ToString());
            }
        }
    }
}
