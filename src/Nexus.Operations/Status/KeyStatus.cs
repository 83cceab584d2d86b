using System.Text.Json.Serialization;
using Nexus.Failover;
using Nexus.Stores;

namespace Nexus.Operations.Status;

/// <summary>The configured encryption keys, by id.</summary>
/// <param name="Ids">All ids.</param>
/// <param name="Seals">The id of the key that seals; null if there is no key.</param>
/// <param name="OpenStore">Whether they are the store's keys; null if that is unknown.</param>
public sealed record KeyStatus(IReadOnlyList<string> Ids, string? Seals, bool? OpenStore);
