using System.Text.Json.Serialization;
using Nexus.Failover;
using Nexus.Stores;

namespace Nexus.Operations.Status;

/// <summary>How things are, at a glance. Names and meaning of the members are stable: programs read them.</summary>
/// <param name="Ok">Whether the store answers and the keys at hand are its keys.</param>
/// <param name="Store">The store; null when it does not answer.</param>
/// <param name="Keys">The encryption keys.</param>
/// <param name="Server">The server that runs on this data folder; null when there is none.</param>
/// <param name="Error">Why it is not well.</param>
/// <param name="Outbox">What the data folder keeps for PostgreSQL; null when it cannot be read.</param>
/// <param name="Concerns">
/// Why the store serves but not as it should, each with its remedy: as the running server sees it, or this program where none answers. They leave
/// <paramref name="Ok"/> as it is. Empty when there are none.
/// </param>
public sealed record StatusReport(
    bool Ok, StoreStatus? Store, KeyStatus Keys, ServerStatus? Server, StatusError? Error, OutboxStatus? Outbox, IReadOnlyList<StoreConcern> Concerns);

/// <summary>The outbox of a data folder.</summary>
/// <param name="Pending">Writes that were acknowledged while PostgreSQL was away and that it has not got yet.</param>
/// <param name="Conflicts">Writes that met another version of their record and wait for a decision.</param>
/// <param name="Quarantined">Writes that PostgreSQL refused.</param>
public sealed record OutboxStatus(long Pending, long Conflicts, long Quarantined);

/// <summary>The encryption keys at hand, by their ids.</summary>
/// <param name="Ids">All of them.</param>
/// <param name="Seals">The one that seals; null without any.</param>
/// <param name="OpenStore">Whether they are the store's keys; null when that is not known.</param>
public sealed record KeyStatus(IReadOnlyList<string> Ids, string? Seals, bool? OpenStore);

/// <summary>What is wrong.</summary>
/// <param name="Code">The stable name of the error.</param>
/// <param name="Message">What to do about it.</param>
public sealed record StatusError(string Code, string Message);

/// <summary>A running server.</summary>
/// <param name="Url">Where it listens.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Answers">Whether it answers there.</param>
/// <param name="QueuedWrites">Writes that wait or are in flight there; null when it does not say.</param>
/// <param name="PoolSize">Its database connections; null when it does not say.</param>
/// <param name="PoolMax">The limit of them; null when it does not say.</param>
/// <param name="Fallback">How its fallback stands; null without one, or when it does not say.</param>
public sealed record ServerStatus(string Url, int ProcessId, bool Answers, int? QueuedWrites, int? PoolSize, int? PoolMax, FallbackStatus? Fallback = null);

/// <summary>What <c>GET /v1/status</c> answers.</summary>
/// <param name="Store">The store as the server sees it.</param>
/// <param name="QueuedWrites">Writes that wait or are in flight.</param>
/// <param name="KeyIds">Ids of the encryption keys; the first one seals.</param>
/// <param name="Fallback">How the fallback stands; null without one.</param>
/// <param name="Concerns">Why the store serves but not as it should.</param>
public sealed record ServerReport(
    StoreStatus Store, int QueuedWrites, IReadOnlyList<string> KeyIds, FallbackStatus? Fallback = null, IReadOnlyList<StoreConcern>? Concerns = null);

/// <summary>How status is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(ServerReport))]
[JsonSerializable(typeof(ServerInfoFile))]
public sealed partial class StatusJson : JsonSerializerContext;
