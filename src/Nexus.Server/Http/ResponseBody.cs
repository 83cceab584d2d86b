using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Http;

/// <summary>Writing what is answered.</summary>
internal static class ResponseBody
{
    public const string Json = "application/json; charset=utf-8";

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
}
