using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Nexus.Server.Api;

/// <summary>A response as it is kept for repeats: a line of JSON, followed by the body.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">Those that say something about the result.</param>
/// <param name="Body">The body; empty for none.</param>
/// <param name="BodyHash">The hash of the request's body, if the fingerprint of the request does not cover it.</param>
internal sealed record KeptAnswer(
    int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body, byte[]? BodyHash)
{
    /// <summary>On a response that was kept.</summary>
    public const string Replayed = "Idempotency-Replayed";

    private static readonly string[] Names = [HeaderNames.ContentType, HeaderNames.ETag, HeaderNames.Location, HeaderNames.RetryAfter];

    /// <summary>
    /// Whether a result is final: the request was carried out, or the state refuses it. A request that was not valid, not allowed, or not carried
    /// out because something was unavailable may be repeated.
    /// </summary>
    public static bool IsFinal(int status) => status is >= 200 and < 300
        or StatusCodes.Status404NotFound or StatusCodes.Status409Conflict or StatusCodes.Status412PreconditionFailed;

    public static KeptAnswer Of(HttpContext context, ReadOnlyMemory<byte> body, byte[]? bodyHash)
    {
        var response = context.Response;
        List<KeyValuePair<string, string>> headers = [];
        foreach (var name in Names)
        {
            if (response.Headers[name].ToString() is { Length: > 0 } value) headers.Add(new(name, value));
        }
        if (response.StatusCode < 400 && FallbackHeaders.AcknowledgementOf(context) is { } acknowledged)
            headers.Add(new(FallbackHeaders.Acknowledged, acknowledged));
        return new KeptAnswer(response.StatusCode, headers, body, bodyHash);
    }

    public async Task SendAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        foreach (var (name, value) in Headers) context.Response.Headers[name] = value;
        context.Response.Headers[Replayed] = "true";
        if (Body.IsEmpty) return;
        context.Response.ContentLength = Body.Length;
        await context.SendAsync(Body);
    }

    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(256 + Body.Length);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("status"u8, Status);
            json.WriteStartObject("headers"u8);
            foreach (var (name, value) in Headers) json.WriteString(name, value);
            json.WriteEndObject();
            if (BodyHash is not null) json.WriteBase64String("bodyHash"u8, BodyHash);
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        buffer.Write(Body.Span);
        return buffer.WrittenSpan.ToArray();
    }

    public static KeptAnswer Parse(ReadOnlyMemory<byte> bytes)
    {
        var end = bytes.Span.IndexOf((byte)'\n');
        using var json = JsonDocument.Parse(bytes[..end]);
        var root = json.RootElement;
        return new KeptAnswer(
            root.GetProperty("status"u8).GetInt32(),
            [.. root.GetProperty("headers"u8).EnumerateObject().Select(header => KeyValuePair.Create(header.Name, header.Value.GetString()!))],
            bytes[(end + 1)..],
            root.TryGetProperty("bodyHash"u8, out var hash) ? hash.GetBytesFromBase64() : null);
    }
}
