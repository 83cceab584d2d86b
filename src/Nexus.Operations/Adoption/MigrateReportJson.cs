using System.Text.Json.Serialization;

namespace Nexus.Operations.Adoption;

/// <summary>JSON metadata of the report.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MigrateReport))]
public sealed partial class MigrateReportJson : JsonSerializerContext;
