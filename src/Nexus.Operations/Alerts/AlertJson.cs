using System.Text.Json.Serialization;

namespace Nexus.Operations.Alerts;

/// <summary>JSON of the alerts.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AlertList))]
[JsonSerializable(typeof(Silence))]
[JsonSerializable(typeof(NotifierTestView))]
public sealed partial class AlertJson : JsonSerializerContext;
