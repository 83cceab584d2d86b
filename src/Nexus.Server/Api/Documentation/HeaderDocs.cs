using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.OpenApi;

namespace Nexus.Server.Api;

/// <summary>
/// The headers of requests and responses. They are components of the document, and each operation refers to those that its declared statuses call
/// for: who declares 412 checks a version, who declares 304 sends one.
/// </summary>
internal static class HeaderDocs
{
    private const string IfMatch = "IfMatch";
    private const string IfNoneMatch = "IfNoneMatch";
    private const string IfAbsent = "IfAbsent";
    private const string ETag = "ETag";
    private const string Acknowledged = "NexusAcknowledged";
    private const string Stale = "NexusStale";
    private const string Location = "Location";

    public const string RetryAfter = "RetryAfter";
    public const string Authenticate = "WwwAuthenticate";

    /// <summary>Responses whose ETag is the version of the record.</summary>
    private static readonly HashSet<Type> Versioned =
    [
        typeof(SessionView), typeof(UserView), typeof(BotStateView), typeof(ConfigEntryView), typeof(CalibrationView), typeof(StateEntryView),
        typeof(TaskView),
    ];

    /// <summary>What the fallback serves: docs/reliability.md.</summary>
    private static readonly HashSet<string> State =
        new(StringComparer.Ordinal) { "Sessions", "Users", "Bot state", "System config", "Trades", "Calibration", "Keyed state", "Tasks" };

    public static void Describe(OpenApiOperation operation, ApiDescription route, OpenApiDocument document)
    {
        var statuses = operation.Responses!.Keys.ToHashSet(StringComparer.Ordinal);
        var isRead = route.HttpMethod == "GET";
        if (statuses.Contains("412")) Take(IfMatch);
        if (statuses.Contains("412") && statuses.Contains("201")) Take(IfAbsent);
        if (statuses.Contains("304")) Take(IfNoneMatch);
        foreach (var (status, response) in operation.Responses.Select(pair => (pair.Key, pair.Value as OpenApiResponse)))
        {
            if (response is null || (status[0] != '2' && status != "304")) continue;
            var type = route.SupportedResponseTypes.FirstOrDefault(known => $"{known.StatusCode}" == status)?.Type;
            if (status == "304" || (type is not null && Versioned.Contains(type))) Send(response, ETag);
            if (status == "201" && OperationIds.PathOf(route) is "v1/trades" or "v1/tasks") Send(response, Location);
            if (operation.Tags?.Any(tag => State.Contains(tag.Name ?? "")) == true) Send(response, isRead ? Stale : Acknowledged);
        }

        void Take(string name) => (operation.Parameters ??= []).Add(new OpenApiParameterReference(name, document));

        void Send(OpenApiResponse response, string name) =>
            (response.Headers ??= new Dictionary<string, IOpenApiHeader>())[NameOf(name)] = new OpenApiHeaderReference(name, document);
    }

    public static void AddComponents(OpenApiDocument document)
    {
        var parameters = document.Components!.Parameters ??= new Dictionary<string, IOpenApiParameter>();
        parameters[IfMatch] = Request(
            "If-Match", "Only over one of these versions, as ETag shows them; * for any version of an existing record. Otherwise 412.");
        parameters[IfNoneMatch] = Request("If-None-Match", "Returns 304 if the record still has this version, such as \"3\".");
        parameters[IfAbsent] = Request("If-None-Match", "*: only if the record does not exist. Otherwise 412.");
        var headers = document.Components.Headers ??= new Dictionary<string, IOpenApiHeader>();
        headers[ETag] = Response("The version of the record in quotes, for If-Match and If-None-Match.", Text("^\"[0-9]+\"$"));
        headers[Location] = Response("The path of the new record.", Text());
        headers[Acknowledged] = Response(
            "committed: in the store. spooled: on the server's disk until PostgreSQL is available again.", Names("committed", "spooled"));
        headers[Stale] = Response(
            "Present if the local replica served the read: its age in seconds, or unknown if the replica was never complete.",
            Text("^([0-9]+|unknown)$"));
        headers[RetryAfter] = Response(
            "Seconds after which a retry may succeed.", new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" });
        headers[Authenticate] = Response("How to authenticate.", Names("Bearer"));
    }

    /// <summary>The name of a header, from that of its component.</summary>
    public static string NameOf(string component) => component switch
    {
        Acknowledged => FallbackHeaders.Acknowledged,
        Stale => FallbackHeaders.Stale,
        RetryAfter => "Retry-After",
        Authenticate => "WWW-Authenticate",
        _ => component,
    };

    /// <summary>Without an example: samples would send conditions that exclude each other.</summary>
    private static OpenApiParameter Request(string name, string description) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Description = description,
        Schema = Text(),
    };

    private static OpenApiHeader Response(string description, OpenApiSchema schema) => new() { Description = description, Schema = schema };

    private static OpenApiSchema Text(string? pattern = null) => new() { Type = JsonSchemaType.String, Pattern = pattern };

    private static OpenApiSchema Names(params string[] names) =>
        new() { Type = JsonSchemaType.String, Enum = [.. names.Select(name => (JsonNode)name)] };
}
