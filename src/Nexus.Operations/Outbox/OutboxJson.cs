using System.Text.Json.Serialization;
using Nexus.Failover;
using Nexus.Operations.Status;

namespace Nexus.Operations.Outbox;

/// <summary>JSON metadata of the reports.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(OutboxReport))]
public sealed partial class OutboxJson : JsonSerializerContext;
