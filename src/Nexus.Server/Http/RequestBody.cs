using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Http;

/// <summary>Reading what was sent.</summary>
internal static class RequestBody
{
    public const string Json = "application/json";
    public const string MergePatch = "application/merge-patch+json";
    public const string NdJson = "application/x-ndjson";

    /// <summary>One record: its documents may be 256 KiB each, written with every character escaped.</summary>
    public const long MaxRecordBytes = 2 * 1024 * 1024;

    /// <summary>A whole batch of sessions, which is held in memory since it is saved as one.</summary>
    public const long MaxBatchBytes = 64 * 1024 * 1024;

    /// <exception cref="JsonException">It is no JSON, or something else than expected.</exception>
    public static async Task<T> ReadJsonAsync<T>(this HttpContext context, JsonTypeInfo<T> type)
    {
        JsonProblem.Remember(context, type);
        RefuseUntypedOrEmpty(context);
        return await JsonSerializer.DeserializeAsync(context.Request.BodyReader, type, context.RequestAborted) ?? throw new NexusValidationException("body", "must be a JSON object");
    }

    /// <summary>The whole body as a document that the engine checks.</summary>
    public static async Task<StateJson> ReadDocumentAsync(this HttpContext context)
    {
        RefuseUntypedOrEmpty(context);
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return StateJson.Parse(buffer.ToArray());
    }

    /// <summary>Routing refuses a type that the route does not take, but lets a body without one pass.</summary>
    private static void RefuseUntypedOrEmpty(HttpContext context)
    {
        if (string.IsNullOrEmpty(context.Request.ContentType)) throw new BadHttpRequestException("no Content-Type", StatusCodes.Status415UnsupportedMediaType);
        if (context.Request.ContentLength == 0) throw new NexusValidationException("body", "must not be empty");
    }
}
