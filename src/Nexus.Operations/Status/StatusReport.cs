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
public sealed record StatusReport(
    bool Ok, StoreStatus? Store, KeyStatus Keys, ServerStatus? Server, StatusError? Error, OutboxStatus? Outbox,
        IReadOnlyList<StoreConcern> Concerns);

/// <summary>The outbox of a data folder.</summary>
/// <param name="Pending">Acknowledged writes that are not in PostgreSQL yet.</param>
/// <param name="Conflicts">Writes in conflict with another version of their record.</param>
/// <param name="Quarantined">Writes that PostgreSQL refused.</param>
public sealed record OutboxStatus(long Pending, long Conflicts, long Quarantined);

/// <summary>The configured encryption keys, by id.</summary>
/// <param name="Ids">All ids.</param>
/// <param name="Seals">The id of the key that seals; null if there is no key.</param>
/// <param name="OpenStore">Whether they are the store's keys; null if that is unknown.</param>
public sealed record KeyStatus(IReadOnlyList<string> Ids, string? Seals, bool? OpenStore);

/// <summary>An error.</summary>
/// <param name="Code">The stable name of the error.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record StatusError(string Code, string Message);

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

/// <summary>The response of <c>GET /v1/status</c>.</summary>
/// <param name="Store">The store as the server sees it.</param>
/// <param name="QueuedWrites">Writes that are queued or in flight.</param>
/// <param name="KeyIds">Ids of the encryption keys; the first one seals.</param>
/// <param name="Fallback">The state of the fallback; null if there is none.</param>
/// <param name="Concerns">Restrictions of the store.</param>
public sealed record ServerReport(
    StoreStatus Store, int QueuedWrites, IReadOnlyList<string> KeyIds, FallbackStatus? Fallback = null, IReadOnlyList<StoreConcern>? Concerns = null);

/// <summary>JSON metadata of the status.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(ServerReport))]
[JsonSerializable(typeof(ServerInfoFile))]
public sealed partial class StatusJson : JsonSerializerContext;
