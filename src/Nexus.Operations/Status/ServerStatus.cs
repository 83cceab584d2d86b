using System.Text.Json.Serialization;
using Nexus.Failover;
using Nexus.Stores;

namespace Nexus.Operations.Status;

/// <summary>A running server.</summary>
/// <param name="Url">The address it listens on.</param>
/// <param name="ProcessId">The id of its process.</param>
/// <param name="Answers">Whether it responds there.</param>
/// <param name="QueuedWrites">Writes that are queued or in flight; null if unknown.</param>
/// <param name="PoolSize">Its database connections; null if unknown.</param>
/// <param name="PoolMax">The limit of its database connections; null if unknown.</param>
/// <param name="Fallback">The state of its fallback; null if there is none or it is unknown.</param>
public sealed record ServerStatus(
    string Url, int ProcessId, bool Answers, int? QueuedWrites, int? PoolSize, int? PoolMax, FallbackStatus? Fallback = null);
