using System.Text.Json.Serialization;

namespace Nexus.Operations.Monitoring;

/// <summary>JSON of the reports.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(QueryReport))]
[JsonSerializable(typeof(QueryPlan))]
public sealed partial class QueryJson : JsonSerializerContext;
