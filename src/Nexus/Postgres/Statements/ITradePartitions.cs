using Nexus.Engine;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>What the committer needs of the partitions of trades.</summary>
internal interface ITradePartitions
{
    /// <summary>Creates the partitions that the writes need. False if one is missing and cannot be created now.</summary>
    Task<bool> EnsureAsync(Write[] writes, CancellationToken cancellationToken);

    /// <summary>Forgets that the partitions of the writes exist. True if the next <see cref="EnsureAsync"/> may create one.</summary>
    bool Forget(Write[] writes);

    /// <summary>The error of a write that the server refused.</summary>
    NexusException Explain(Write write, PostgresException error);
}
