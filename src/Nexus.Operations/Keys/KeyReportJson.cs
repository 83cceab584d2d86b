using System.Text.Json.Serialization;

namespace Nexus.Operations.Keys;

/// <summary>JSON metadata of the reports.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(KeyList))]
[JsonSerializable(typeof(ApiKeyReport))]
[JsonSerializable(typeof(KeyVerification))]
[JsonSerializable(typeof(KeyRotationReport))]
[JsonSerializable(typeof(SecretScanReport))]
public sealed partial class KeyReportJson : JsonSerializerContext;
