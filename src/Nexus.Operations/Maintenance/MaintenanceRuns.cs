using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Operations.Status;

namespace Nexus.Operations.Maintenance;

/// <summary>Runs jobs for an operator, beside a running server or without one.</summary>
public static class MaintenanceRuns
{
    /// <summary>The longest retention of trades, in months.</summary>
    public const int MostMonths = 1200;

    /// <summary>The names and purposes of all jobs.</summary>
    public static IReadOnlyList<(string Name, string Purpose)> Jobs => MaintenanceJobs.Names;

    /// <summary>Runs a job, or all of them one after the other.</summary>
    /// <param name="options">The store. On PostgreSQL the bot keeps running; the embedded store must not be in use.</param>
    /// <param name="job">The name of the job; null for all.</param>
    /// <param name="isDryRun">Changes nothing; the report lists the steps.</param>
    /// <param name="loggers">The logger factory.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Cancels the jobs.</param>
    /// <param name="retainTradesMonths">As <see cref="MaintenanceOptions.RetainTradesMonths"/>.</param>
    /// <param name="subscriptions">What is done about subscriptions that end; null for the defaults.</param>
    /// <exception cref="NexusValidationException">There is no such job.</exception>
    public static async Task<MaintenanceReport> RunAsync(
        NexusOptions options, string? job, bool isDryRun, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken,
        int? retainTradesMonths = null, SubscriptionOptions? subscriptions = null)
    {
        if (retainTradesMonths is < 1 or > MostMonths)
            throw new NexusValidationException("retainTradesMonths", $"must be 1 to {MostMonths}");
        if (job is not null && MaintenanceJobs.Names.All(known => known.Name != job))
            throw new NexusValidationException("job", $"must be one of {string.Join(", ", MaintenanceJobs.Names.Select(known => known.Name))}");
        options.Fallback = FallbackMode.Off;
        if (isDryRun) options.MigrateOnOpen = false;
        var db = await NexusDb.OpenAsync(options, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using var end = db.ConfigureAwait(false);
        var target = new MaintenanceTarget(db, options, loggers, clock, retainTradesMonths)
        {
            Subscriptions = subscriptions ?? new SubscriptionOptions(),
        };
        var runner = new MaintenanceRunner(target);
        List<JobRun> runs = [];
        foreach (var one in MaintenanceJobs.Create(clock).Where(one => job is null || one.Name == job))
        {
            if (one.IsFor(target)) runs.Add(await runner.RunAsync(one, isDryRun, isForced: true, cancellationToken).ConfigureAwait(false));
            else if (job is not null) throw new NexusValidationException("job", $"{job} is not for this kind of store");
        }
        return new MaintenanceReport(isDryRun, runs);
    }
}
