using System.Text.Json.Serialization;

namespace Nexus.Operations.Shards;

/// <summary>JSON metadata of the report on moves.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ShardMoveReport))]
public sealed partial class ShardMoveReportJson : JsonSerializerContext;
