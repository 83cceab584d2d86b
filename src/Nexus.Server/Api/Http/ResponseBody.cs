using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.Server.Api;

/// <summary>Writes response bodies.</summary>
internal static class ResponseBody
{
    public const string Json = "application/json; charset=utf-8";

    /// <summary>The bytes that a caller must read within the time limit, small enough for a slow connection.</summary>
    private const int PieceBytes = 64 * 1024;

    /// <summary>
    /// Writes one record. It is serialized before it is sent, so that headers with a length and body are sent in one piece; a body of unknown length
    /// is sent in chunks.
    /// </summary>
    public static async Task WriteJsonAsync<T>(this HttpContext context, T value, JsonTypeInfo<T> type, string contentType = Json)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }

    /// <summary>
    /// Sends a part of a long response. A caller that does not read it in time loses its connection, because others need the resources it holds.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller has disconnected.</exception>
    public static async ValueTask SendAsync(this HttpContext context, ReadOnlyMemory<byte> part)
    {
        for (; !part.IsEmpty; part = part[Math.Min(part.Length, PieceBytes)..])
        {
            var sent = context.Response.BodyWriter.WriteAsync(part[..Math.Min(part.Length, PieceBytes)], context.RequestAborted);
            var isEnd = sent.IsCompletedSuccessfully ? (await sent).IsCompleted : await SendSlowlyAsync(context, sent.AsTask());
            if (isEnd) throw new OperationCanceledException("the caller has disconnected");
        }
    }

    private static async Task<bool> SendSlowlyAsync(HttpContext context, Task<System.IO.Pipelines.FlushResult> sent)
    {
        var services = context.RequestServices;
        try
        {
            return (
                await sent.WaitAsync(
                    services.GetRequiredService<CallerLimits>().Limits.IdleTimeout,
                    services.GetRequiredService<TimeProvider>(),
                    context.RequestAborted)).IsCompleted;
        }
        catch (TimeoutException error)
        {
            context.Abort();
            await ((Task)sent).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new OperationCanceledException("the caller does not read", error);
        }
    }
}
