using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.Server.Api;

/// <summary>Writing what is answered.</summary>
internal static class ResponseBody
{
    public const string Json = "application/json; charset=utf-8";

    /// <summary>What a caller must take within the time limit, so that one with a slow line is not cut off.</summary>
    private const int PieceBytes = 64 * 1024;

    /// <summary>
    /// Writes one record. It is made before any of it is sent: its length goes in front, so that head and body leave in one piece, where a body of unknown length
    /// leaves in chunks.
    /// </summary>
    public static async Task WriteJsonAsync<T>(this HttpContext context, T value, JsonTypeInfo<T> type, string contentType = Json)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>Sends a part of a long answer. A caller that does not take it in time loses its connection: what it holds, others need.</summary>
    /// <exception cref="OperationCanceledException">The caller is gone.</exception>
    public static async ValueTask SendAsync(this HttpContext context, ReadOnlyMemory<byte> part)
    {
        for (; !part.IsEmpty; part = part[Math.Min(part.Length, PieceBytes)..])
        {
            var sent = context.Response.BodyWriter.WriteAsync(part[..Math.Min(part.Length, PieceBytes)], context.RequestAborted);
            var isEnd = sent.IsCompletedSuccessfully ? (await sent).IsCompleted : await SendSlowlyAsync(context, sent.AsTask());
            if (isEnd) throw new OperationCanceledException("the caller is gone");
        }
    }

    private static async Task<bool> SendSlowlyAsync(HttpContext context, Task<System.IO.Pipelines.FlushResult> sent)
    {
        var services = context.RequestServices;
        try
        {
            return (await sent.WaitAsync(services.GetRequiredService<CallerLimits>().Limits.IdleTimeout, services.GetRequiredService<TimeProvider>(), context.RequestAborted)).IsCompleted;
        }
        catch (TimeoutException error)
        {
            context.Abort();
            await ((Task)sent).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new OperationCanceledException("the caller does not read", error);
        }
    }
}
