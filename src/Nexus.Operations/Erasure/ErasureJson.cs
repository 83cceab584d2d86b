using System.Text.Json.Serialization;

namespace Nexus.Operations.Erasure;

/// <summary>JSON metadata of the receipts.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErasureReceipt))]
public sealed partial class ErasureJson : JsonSerializerContext;
