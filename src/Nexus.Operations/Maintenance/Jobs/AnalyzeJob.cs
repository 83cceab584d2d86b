using System.Globalization;

namespace Nexus.Operations.Maintenance;

/// <summary>Gives the planner figures where it has none or old ones: after a bulk load, a restore or a migration.</summary>
internal sealed class AnalyzeJob : IMaintenanceJob
{
    /// <summary>Smaller tables are read whole whatever the planner knows.</summary>
    private const long FewRows = 1000;

    public string Name => "analyze";

    public string Purpose => "Analyse tables that were never analysed, or whose changed rows exceed twice autoanalyze's trigger.";

    public TimeSpan Every => TimeSpan.FromMinutes(10);

    public bool IsOffPeak => false;

    public TimeSpan StatementTimeout => TimeSpan.FromMinutes(2);

    public bool IsFor(MaintenanceTarget target) => target.IsPostgres;

    public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken)
    {
        var due = (await NexusTables.ReadAsync(run, cancellationToken).ConfigureAwait(false))
            .Where(table => table.ChangedRows > FewRows && (!table.WasAnalyzed || table.ChangedRows > 2 * table.AnalyzeTrigger)).ToList();
        var done = new List<NexusTable>();
        foreach (var table in due)
        {
            if (await run.TryChangeAsync(table.Name, $"ANALYZE {table.Name}", cancellationToken).ConfigureAwait(false)) done.Add(table);
        }
        return done.Count == 0 ? null
            : string.Create(CultureInfo.InvariantCulture, $"{done.Count} tables with {done.Sum(table => table.ChangedRows)} changed rows");
    }
}
