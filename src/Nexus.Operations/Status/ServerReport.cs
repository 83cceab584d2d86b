using System.Text.Json.Serialization;
using Nexus.Failover;
using Nexus.Stores;

namespace Nexus.Operations.Status;

/// <summary>The response of <c>GET /v1/status</c>.</summary>
/// <param name="Store">The store as the server sees it.</param>
/// <param name="QueuedWrites">Writes that are queued or in flight.</param>
/// <param name="KeyIds">Ids of the encryption keys; the first one seals.</param>
/// <param name="Fallback">The state of the fallback; null if there is none.</param>
/// <param name="Concerns">Restrictions of the store.</param>
public sealed record ServerReport(
    StoreStatus Store, int QueuedWrites, IReadOnlyList<string> KeyIds, FallbackStatus? Fallback = null, IReadOnlyList<StoreConcern>? Concerns = null);
