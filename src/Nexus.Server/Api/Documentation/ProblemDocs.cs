using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace Nexus.Server.Api;

/// <summary>The error responses: one component for each status, with an example for each code that it carries.</summary>
internal static class ProblemDocs
{
    /// <summary>Statuses, the names of their components, and their codes.</summary>
    private static readonly Dictionary<int, (string Name, Code[] Codes)> Known = new()
    {
        [400] = ("Invalid",
        [
            new("invalid", "A field, a header or a parameter is not acceptable.", "limit: must be a whole number, 1 to 1000", "limit"),
            new("invalid_json", "The body is not JSON.", "the body is not valid JSON or nested deeper than 1000: line 1, byte 2"),
        ]),
        [401] = ("Unauthorized", [new("unauthorized", "The API key is missing or unknown.", "send an API key: Authorization: Bearer KEY")]),
        [403] = ("Forbidden", [new("forbidden", "The API key lacks the scope.", "the API key lacks the scope admin")]),
        [404] = ("NotFound", [new("not_found", "The record does not exist.", "session 1001 does not exist")]),
        [408] = ("Timeout",
            [new("timeout", "The body arrived too slowly, or a batch of trades paused.", "the request is malformed or arrived too slowly")]),
        [409] = ("Conflict",
        [
            new("invalid_state", "The state of the record does not allow the change.", "trade 01937f1e-8a00-7000-8000-000000000001 is not open"),
            new("ambiguous", "Several chats have a record with this id.", "several chats have a trade with this id: name the chat"),
            new("conflict", "Other writers kept changing the record. Repeat the request.", "session 1001 is at version 4, not 3"),
            new("rejected", "A rule of the database refuses the write.", "the database refused the write"),
            new("request_in_progress", "The first request with the Idempotency-Key is still running. Repeat it later.",
                "the first request with this Idempotency-Key is still running"),
            new("response_not_kept", "The first request with the Idempotency-Key was carried out, and its response was too long to be kept.",
                "the response of the first request was not kept"),
        ]),
        [412] = ("PreconditionFailed",
            [
                new("conflict", "The record has another version than If-Match or If-None-Match demands. Nothing was written.",
                    "session 1001 is at version 4, not 3"),
            ]),
        [413] = ("TooLarge", [new("too_large", "The body, or a document in it, is over its limit.", "body: must be at most 2097152 bytes", "body")]),
        [414] = ("UriTooLong", [new("too_large", "The request line is over its limit of 8 KiB.", "the request line is too long")]),
        [415] = ("UnsupportedMediaType",
            [
                new("unsupported_media_type", "The path does not accept the Content-Type, its charset, or a compressed body.",
                    "Content-Encoding: must be left out; send the body uncompressed"),
            ]),
        [422] = ("Unprocessable",
            [
                new("idempotency_key_reused", "Another request was sent with the Idempotency-Key. Nothing was written.",
                    "the Idempotency-Key was used for another request"),
            ]),
        [429] = ("TooManyRequests",
            [
                new("too_many_requests", "The API key is at one of its limits. Retry later.",
                    "this key has 1000 requests in flight, which is its limit"),
            ]),
        [431] = ("HeadersTooLarge",
            [new("too_large", "The headers are over their limit of 32 KiB or 100 fields.", "the headers are too long or too many")]),
        [500] = ("Failed",
        [
            new("internal", "The server failed.", "the server failed: find the trace id in its log for details"),
            new("secret_unreadable", "The server's encryption keys do not open a stored secret.", "apiKey: its key is not in the key ring"),
        ]),
        [503] = ("Unavailable",
        [
            new("unavailable", "The store is unavailable. Retry later.", "the database is unavailable"),
            new("unknown_outcome", "The outcome of the write is unknown. Read before you repeat it.",
                "the connection failed during the commit: read the record before writing again"),
            new("busy", "All keys together are at a limit of the server. Retry later.", "the server has 500 event streams, which is its limit"),
        ]),
    };

    /// <summary>What no operation of the document returns, because the request is of none.</summary>
    private static readonly (int Status, string Code, string Meaning)[] OfNoOperation =
    [
        (404, "not_found", "The path does not exist."),
        (405, "method_not_allowed", "The path does not support the method. The header Allow names those that it supports."),
        (505, "invalid", "The HTTP version is not one that the server supports."),
    ];

    /// <summary>Every code, for the documents.</summary>
    public static IEnumerable<(int Status, string Code, string Meaning)> Codes =>
        Known.SelectMany(known => known.Value.Codes.Select(code => (Status: known.Key, code.Name, code.Meaning))).Concat(OfNoOperation)
            .OrderBy(code => code.Status);

    /// <summary>Adds the errors that every operation, or every one with a key, can return, and refers to the components.</summary>
    public static void Describe(OpenApiOperation operation, ApiDescription route, OpenApiDocument document)
    {
        var responses = operation.Responses ??= [];
        foreach (var status in (string[])["414", "431"]) responses.TryAdd(status, new OpenApiResponse());
        if (operation.Security is { Count: > 0 })
        {
            List<int> common = [400, 401, 403, 429, 500, 503];
            if (operation.RequestBody is not null) common.AddRange([408, 413, 415]);
            if (route.HttpMethod != "GET" && route.RelativePath?.StartsWith("v1/", StringComparison.Ordinal) == true) common.Add(409);
            foreach (var status in common) responses.TryAdd(status.ToString(CultureInfo.InvariantCulture), new OpenApiResponse());
        }
        foreach (var (status, response) in responses.ToList())
        {
            var isProblem = response.Content is null or { Count: 0 } || response.Content.ContainsKey(Problem.ContentType);
            if (isProblem && int.TryParse(status, out var code) && Known.TryGetValue(code, out var known))
                responses[status] = new OpenApiResponseReference(known.Name, document);
        }
        operation.Responses = [];
        foreach (var (status, response) in responses.OrderBy(pair => pair.Key, StringComparer.Ordinal)) operation.Responses[status] = response;
    }

    public static void AddComponents(OpenApiDocument document)
    {
        var responses = document.Components!.Responses ??= new Dictionary<string, IOpenApiResponse>();
        foreach (var (status, known) in Known) responses[known.Name] = ResponseOf(status, known.Codes, document);
    }

    private static OpenApiResponse ResponseOf(int status, Code[] codes, OpenApiDocument document)
    {
        string[] headers = status switch
        {
            401 => [HeaderDocs.Authenticate],
            429 or 503 => [HeaderDocs.RetryAfter],
            _ => [],
        };
        return new OpenApiResponse
        {
            Description = string.Join(' ', codes.Select(code => $"{code.Name}: {code.Meaning}")),
            Headers = headers.Length == 0 ? null
                : headers.ToDictionary(HeaderDocs.NameOf, IOpenApiHeader (name) => new OpenApiHeaderReference(name, document)),
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problem.ContentType] = new()
                {
                    Schema = new OpenApiSchemaReference(nameof(ProblemBody), document),
                    Examples = codes.ToDictionary(
                        code => code.Name, IOpenApiExample (code) => new OpenApiExample { Summary = code.Meaning, Value = Example(status, code) }),
                },
            },
        };
    }

    private static JsonNode Example(int status, Code code) => JsonSerializer.SerializeToNode(
        new ProblemBody
        {
            Title = ReasonPhrases.GetReasonPhrase(status),
            Status = status,
            Detail = code.Detail,
            Code = code.Name,
            Field = code.Field,
            ExpectedVersion = code.Name == "conflict" ? 3 : null,
            ActualVersion = code.Name == "conflict" ? 4 : null,
            ChatIds = code.Name == "ambiguous" ? ["1001", "1002"] : null,
            TraceId = status == 500 ? "0HNH1L2V9P4QK:00000001" : null,
        },
        ServerJson.Strict.ProblemBody)!;

    /// <summary>A code with an example of its detail and field.</summary>
    private sealed record Code(string Name, string Meaning, string Detail, string? Field = null);
}
