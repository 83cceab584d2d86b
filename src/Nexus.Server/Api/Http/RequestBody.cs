using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.Json;
using Nexus.Server.Settings;

namespace Nexus.Server.Api;

/// <summary>Reads request bodies.</summary>
internal static class RequestBody
{
    public const string Json = "application/json";
    public const string MergePatch = "application/merge-patch+json";
    public const string NdJson = "application/x-ndjson";

    /// <summary>The largest record: its documents may have 256 KiB each, with every character escaped.</summary>
    public const long MaxRecordBytes = 2 * 1024 * 1024;

    /// <summary>The largest bot state: its list of assets alone may take 6 MB.</summary>
    public const long MaxBotStateBytes = 10 * 1024 * 1024;

    /// <summary>The largest batch of sessions, which is held in memory because it is saved atomically.</summary>
    public const long MaxBatchBytes = ServerLimits.MaxBatchBytes;

    /// <summary>
    /// Reads one record. The body is buffered before it is parsed: most bodies arrive in one piece with the headers, and incremental parsing costs
    /// more.
    /// </summary>
    /// <exception cref="JsonException">The body is not the expected JSON.</exception>
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
    /// <exception cref="JsonException">The body is not the expected JSON.</exception>
    public static async Task<T> ReadLargeJsonAsync<T>(this HttpContext context, BodyStream body, JsonTypeInfo<T> type)
    {
        JsonProblem.Remember(context, type);
        return await JsonSerializer.DeserializeAsync(body, type, context.RequestAborted) ?? throw NoObject();
    }

    /// <summary>Opens a body that is read as it arrives.</summary>
    /// <param name="context">The request.</param>
    /// <param name="isKept">Whether the reader keeps the whole body in memory.</param>
    public static Task<BodyStream> OpenBodyAsync(this HttpContext context, bool isKept)
    {
        RefuseUntypedOrEmpty(context);
        return BodyStream.OpenAsync(context, isKept);
    }

    /// <summary>The whole body as a document, which the engine validates.</summary>
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

    /// <summary>Routing refuses an unsupported content type but accepts a body without one.</summary>
    private static void RefuseUntypedOrEmpty(HttpContext context)
    {
        BodyEncoding.RequirePlain(context.Request);
        if (string.IsNullOrEmpty(context.Request.ContentType))
            throw BodyEncoding.Unsupported("Content-Type: is missing; most paths take application/json");
        if (context.Request.ContentLength == 0) throw new NexusValidationException("body", "must not be empty");
    }
}
