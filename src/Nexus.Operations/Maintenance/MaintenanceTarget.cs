using Microsoft.Extensions.Logging;

namespace Nexus.Operations.Maintenance;

/// <summary>What the jobs work on.</summary>
/// <param name="Db">The open store.</param>
/// <param name="Options">Its settings.</param>
/// <param name="Loggers">The logger factory.</param>
/// <param name="Clock">The clock of the process.</param>
/// <param name="RetainTradesMonths">How many whole months of trades stay in the database; null: all.</param>
internal sealed record MaintenanceTarget(
    NexusDb Db, NexusOptions Options, ILoggerFactory Loggers, TimeProvider Clock, int? RetainTradesMonths = null)
{
    /// <summary>What is done about subscriptions that end.</summary>
    public SubscriptionOptions Subscriptions { get; init; } = new();

    public bool IsPostgres => Db.Leases is not null;

    /// <summary>The file of the embedded store.</summary>
    public string EmbeddedFile => Path.Combine(Path.GetFullPath(Options.DataFolder), "nexus.db");
}
