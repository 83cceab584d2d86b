using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Nexus.Chats;
using Nexus.Operations.Json;
using Nexus.Stores;

namespace Nexus.Server.Api;

/// <summary>
/// The types of parameters by their names. Handlers take query values as text, because their own errors name the field and its limits; so the
/// generator knows nothing of the types.
/// </summary>
internal static class ParameterTypes
{
    private const string ChatPattern = "^-?[0-9]+$";

    private static readonly Dictionary<string, Func<OpenApiSchema>> Query = new(StringComparer.Ordinal)
    {
        ["chatId"] = Chat,
        ["limit"] = () => Integer("int32", 1, QueryValues.MaxLimit, QueryValues.DefaultLimit),
        ["days"] = () => Integer("int32", 1, 36_500),
        ["ttlSeconds"] = () => Integer("int64", 1, 3_153_600_000),
        ["from"] = Instant,
        ["to"] = Instant,
        ["before"] = Instant,
        ["exitFrom"] = Instant,
        ["exitTo"] = Instant,
        ["endsFrom"] = Instant,
        ["endsBefore"] = Instant,
        ["entryTimestamp"] = Instant,
        ["isActive"] = Flag,
        ["failed"] = Flag,
        ["exact"] = Flag,
        ["excursions"] = Flag,
        ["dryRun"] = Flag,
        ["status"] = () => OneOf(StatusConverter.Instance.Names),
        ["groupBy"] = () => OneOf(PerformanceRoutes.Groupings),
        ["table"] = () => OneOf(HistoryRoutes.Tables),
        ["bucket"] = () => new() { Type = JsonSchemaType.String, Pattern = "^[0-9]{1,6}[mhdw]$", Default = "1d" },
    };

    /// <summary>Parameters that may be given several times.</summary>
    private static readonly Dictionary<(string Path, string Name), Func<OpenApiSchema>> Events = new()
    {
        [("v1/events", "table")] = () => OneOf(RecordTables.Everything.Select(known => known.Table)),
        [("v1/events", "chatId")] = Chat,
    };

    private static readonly Dictionary<string, string> PathDescriptions = new(StringComparer.Ordinal)
    {
        ["chatId"] = "A Telegram chat id: digits with an optional leading minus, at most 50 characters.",
        ["key"] = "The key of the record: at most 100 characters in settings, at most 512 bytes in the keyed state, where slashes are sent as %2F.",
        ["namespace"] = "At most 100 characters, without slashes and control characters.",
        ["strategy"] = "The name of the strategy; slashes are sent as %2F.",
        ["id"] = "The id of the record.",
        ["name"] = "The name of the notifier in the settings file.",
    };

    /// <param name="parameter">The parameter as the generator described it.</param>
    /// <param name="path">The template of the path.</param>
    public static void Describe(OpenApiParameter parameter, string path)
    {
        var name = parameter.Name ?? "";
        if (parameter.In == ParameterLocation.Query)
        {
            parameter.Schema = Events.TryGetValue((path, name), out var item) ? ListOf(item())
                : Query.TryGetValue(name, out var schema) ? schema() : new OpenApiSchema { Type = JsonSchemaType.String };
            parameter.Required = parameter.Description?.StartsWith(SchemaTypes.Required, StringComparison.Ordinal) == true;
        }
        if (parameter.In != ParameterLocation.Path) return;
        if (PathDescriptions.TryGetValue(name, out var description)) parameter.Description ??= description;
        parameter.Schema = name switch
        {
            "chatId" => Chat(),
            "key" when path.Contains("system-config", StringComparison.Ordinal) => Text(100),
            "namespace" => Text(100),
            _ when name.EndsWith("id", StringComparison.OrdinalIgnoreCase) => IdOf(path),
            _ => Text(),
        };
    }

    private static OpenApiSchema IdOf(string path) =>
        path.StartsWith("v1/trades", StringComparison.Ordinal) || path.StartsWith("v1/tasks", StringComparison.Ordinal)
            ? new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" }
        : path.StartsWith("v1/outbox", StringComparison.Ordinal) ? Integer("int64", 1)
        : Text();

    private static OpenApiSchema Chat() =>
        new() { Type = JsonSchemaType.String, MinLength = 1, MaxLength = ChatId.MaxLength, Pattern = ChatPattern };

    private static OpenApiSchema ListOf(OpenApiSchema item) =>
        new() { Type = JsonSchemaType.Array, Items = item, MaxItems = EventFilter.MaxValues };

    private static OpenApiSchema Instant() => new() { Type = JsonSchemaType.String, Format = "date-time" };

    private static OpenApiSchema Flag() => new() { Type = JsonSchemaType.Boolean, Default = false };

    private static OpenApiSchema Text(int? most = null) => new() { Type = JsonSchemaType.String, MinLength = 1, MaxLength = most };

    private static OpenApiSchema OneOf(IEnumerable<string> names) =>
        new() { Type = JsonSchemaType.String, Enum = [.. names.Select(name => (JsonNode)name)] };

    private static OpenApiSchema Integer(string format, long least, long? most = null, int? standard = null) => new()
    {
        Type = JsonSchemaType.Integer,
        Format = format,
        Minimum = least.ToString(CultureInfo.InvariantCulture),
        Maximum = most?.ToString(CultureInfo.InvariantCulture),
        Default = standard is { } value ? JsonValue.Create(value) : null,
    };
}
