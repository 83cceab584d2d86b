using System.Text.Json.Serialization;

namespace Nexus.Operations.Maintenance;

/// <summary>JSON metadata of the history and the reports.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MaintenanceReport))]
public sealed partial class MaintenanceJson : JsonSerializerContext;
