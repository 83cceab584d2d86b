using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.Json;
using Nexus.Server.Settings;

namespace Nexus.Server.Api;

/// <summary>Reading what was sent.</summary>
internal static class RequestBody
{
    public const string Json = "application/json";
    public const string MergePatch = "application/merge-patch+json";
    public const string NdJson = "application/x-ndjson";

    /// <summary>One record: its documents may be 256 KiB each, written with every character escaped.</summary>
    public const long MaxRecordBytes = 2 * 1024 * 1024;

    /// <summary>The switches: their list of assets alone may take 6 MB.</summary>
    public const long MaxBotStateBytes = 10 * 1024 * 1024;

    /// <summary>A whole batch of sessions, which is held in memory since it is saved as one.</summary>
    public const long MaxBatchBytes = ServerLimits.MaxBatchBytes;

    /// <summary>Reads one record. It comes as a whole before it is read: most arrive in one piece with their head, and reading as they arrive costs more than they do.</summary>
    /// <exception cref="JsonException">It is no JSON, or something else than expected.</exception>
    public static async Task<T> ReadJsonAsync<T>(this HttpContext context, JsonTypeInfo<T> type)
    {
        JsonProblem.Remember(context, type);
        RefuseUntypedOrEmpty(context);
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (read.Buffer.Length > BodyLease.Uncounted) await BodyLease.Of(context).HoldAsync(read.Buffer.Length);
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            try
            {
                return Deserialize(read.Buffer, type) ?? throw NoObject();
            }
            finally
            {
                reader.AdvanceTo(read.Buffer.End);
            }
        }
    }

    /// <summary>Reads a batch as it arrives.</summary>
    /// <exception cref="JsonException">It is no JSON, or something else than expected.</exception>
    public static async Task<T> ReadLargeJsonAsync<T>(this HttpContext context, BodyStream body, JsonTypeInfo<T> type)
    {
        JsonProblem.Remember(context, type);
        return await JsonSerializer.DeserializeAsync(body, type, context.RequestAborted) ?? throw NoObject();
    }

    /// <summary>A body to be read as it arrives.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isKept">Whether the reader keeps the body in memory whole.</param>
    public static Task<BodyStream> OpenBodyAsync(this HttpContext context, bool isKept)
    {
        RefuseUntypedOrEmpty(context);
        return BodyStream.OpenAsync(context, isKept);
    }

    /// <summary>The whole body as a document that the engine checks.</summary>
    public static async Task<StateJson> ReadDocumentAsync(this HttpContext context)
    {
        await using var body = await context.OpenBodyAsync(isKept: true);
        using var buffer = new MemoryStream();
        await body.CopyToAsync(buffer, context.RequestAborted);
        return StateJson.Parse(buffer.ToArray());
    }

    private static NexusValidationException NoObject() => new("body", "must be a JSON object");

    private static T? Deserialize<T>(ReadOnlySequence<byte> body, JsonTypeInfo<T> type)
    {
        var bytes = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        BodyEncoding.RequireUtf8(bytes);
        return JsonSerializer.Deserialize(ByteOrderMark.Skip(bytes), type);
    }

    /// <summary>Routing refuses a type that the route does not take, but lets a body without one pass.</summary>
    private static void RefuseUntypedOrEmpty(HttpContext context)
    {
        BodyEncoding.RequireUtf8(context.Request);
        if (string.IsNullOrEmpty(context.Request.ContentType)) throw new BadHttpRequestException("no Content-Type", StatusCodes.Status415UnsupportedMediaType);
        if (context.Request.ContentLength == 0) throw new NexusValidationException("body", "must not be empty");
    }
}
