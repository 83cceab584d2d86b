using System.Text.Json.Serialization;

namespace Nexus.Operations.Shards;

/// <summary>JSON metadata of the list of shards.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ShardList))]
public sealed partial class ShardListJson : JsonSerializerContext;
