using System.Text.Json.Serialization;

namespace Nexus.Operations.ImportExport;

/// <summary>JSON metadata of the reports.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DictionaryKeyPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(ExportReport))]
public sealed partial class ExchangeReportJson : JsonSerializerContext;
