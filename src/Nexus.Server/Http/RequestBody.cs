using System.Buffers;
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

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>One record: its documents may be 256 KiB each, written with every character escaped.</summary>
    public const long MaxRecordBytes = 2 * 1024 * 1024;

    /// <summary>The switches: their list of assets alone may take 6 MB.</summary>
    public const long MaxBotStateBytes = 10 * 1024 * 1024;

    /// <summary>A whole batch of sessions, which is held in memory since it is saved as one.</summary>
    public const long MaxBatchBytes = 64 * 1024 * 1024;

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
    public static async Task<T> ReadLargeJsonAsync<T>(this HttpContext context, JsonTypeInfo<T> type)
    {
        JsonProblem.Remember(context, type);
        RefuseUntypedOrEmpty(context);
        return await JsonSerializer.DeserializeAsync(context.Request.BodyReader, type, context.RequestAborted) ?? throw NoObject();
    }

    /// <summary>The whole body as a document that the engine checks.</summary>
    public static async Task<StateJson> ReadDocumentAsync(this HttpContext context)
    {
        RefuseUntypedOrEmpty(context);
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return StateJson.Parse(buffer.ToArray());
    }

    private static NexusValidationException NoObject() => new("body", "must be a JSON object");

    private static T? Deserialize<T>(ReadOnlySequence<byte> body, JsonTypeInfo<T> type)
    {
        var bytes = body.IsSingleSegment ? body.FirstSpan : body.ToArray();
        return JsonSerializer.Deserialize(bytes.StartsWith(ByteOrderMark) ? bytes[ByteOrderMark.Length..] : bytes, type);
    }

    /// <summary>Routing refuses a type that the route does not take, but lets a body without one pass.</summary>
    private static void RefuseUntypedOrEmpty(HttpContext context)
    {
        if (string.IsNullOrEmpty(context.Request.ContentType)) throw new BadHttpRequestException("no Content-Type", StatusCodes.Status415UnsupportedMediaType);
        if (context.Request.ContentLength == 0) throw new NexusValidationException("body", "must not be empty");
    }
}
