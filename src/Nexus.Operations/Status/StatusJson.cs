using System.Text.Json.Serialization;
using Nexus.Failover;
using Nexus.Stores;

namespace Nexus.Operations.Status;

/// <summary>JSON metadata of the status.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(StatusReport))]
[JsonSerializable(typeof(ServerReport))]
[JsonSerializable(typeof(ServerInfoFile))]
[JsonSerializable(typeof(List<JobRun>))]
public sealed partial class StatusJson : JsonSerializerContext;
