using System.Text.Json.Serialization;
using Nexus.Failover;
using Nexus.Stores;

namespace Nexus.Operations.Status;

/// <summary>The status of a store. Names and meaning of the members are stable, because programs read them.</summary>
/// <param name="Ok">Whether the store is available and the configured keys are its keys.</param>
/// <param name="Store">The store; null if it is unavailable.</param>
/// <param name="Keys">The encryption keys.</param>
/// <param name="Server">The server that runs on this data folder; null if there is none.</param>
/// <param name="Error">The error; null if <paramref name="Ok"/> is true.</param>
/// <param name="Outbox">The outbox of the data folder; null if it cannot be read.</param>
/// <param name="Concerns">
/// Restrictions of the store, each with its remedy, as reported by the running server, or found by this program if no server responds. They do not
/// change <paramref name="Ok"/>. Empty if there are none.
/// </param>
/// <param name="Maintenance">The last run of each maintenance job; empty if there was none or the store is unavailable.</param>
public sealed record StatusReport(
    bool Ok, StoreStatus? Store, KeyStatus Keys, ServerStatus? Server, StatusError? Error, OutboxStatus? Outbox,
        IReadOnlyList<StoreConcern> Concerns, IReadOnlyList<JobRun>? Maintenance = null)
{
    /// <summary>The backups; null if no target is configured.</summary>
    public BackupSummary? Backups { get; init; }
}
