namespace Nexus.Operations.Maintenance;

/// <summary>The jobs, in the order in which a run of all of them takes them.</summary>
internal static class MaintenanceJobs
{
    /// <summary>The names, for commands.</summary>
    public static IReadOnlyList<(string Name, string Purpose)> Names { get; } =
        [.. Create(TimeProvider.System).Select(job => (job.Name, job.Purpose))];

    public static IReadOnlyList<IMaintenanceJob> Create(TimeProvider clock) =>
    [
        new PartitionsJob(), new RetentionJob(), new ExpiredStateJob(), new SubscriptionsJob(), new HistoryJob(),
        new AnalyzeJob(), new VacuumJob(clock), new GinJob(), new IndexesJob(),
        new OptimizeJob(), new CompactFilesJob(), new CheckFileJob(),
    ];
}
