using System.Text.Json.Serialization;

namespace Nexus.Operations.Doctor;

/// <summary>JSON metadata of the report.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DoctorReport))]
public sealed partial class DoctorJson : JsonSerializerContext;
