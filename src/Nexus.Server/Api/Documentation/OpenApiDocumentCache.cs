using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Nexus.Server.Api;

/// <summary>
/// The OpenAPI document as bytes, in versions 3.1 and 3.0. Both are created once, because the routes do not change while the server runs and
/// requests need no key. Only the address of the server differs between requests.
/// </summary>
internal sealed class OpenApiDocumentCache(IServiceProvider services)
{
    /// <summary>Stands for the address of the server.</summary>
    public const string AnyServer = "https://nexus.invalid";

    private readonly Lock _gate = new();
    private Task<Documents>? _made;

    public async Task WriteAsync(HttpContext http, OpenApiSpecVersion version)
    {
        var documents = await FindAsync();
        var document = version == OpenApiSpecVersion.OpenApi3_0 ? documents.Version30 : documents.Version31;
        var server = JsonEncodedText.Encode(ServerAddress.Of(http.Request)).EncodedUtf8Bytes.ToArray();
        var tag = $"\"{document.Tag}-{Tag(server)}\"";
        http.Response.Headers.ETag = tag;
        // Unlike the responses of the API, it contains no data of users.
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.Headers.Vary = "Host";
        if (http.Request.Headers.IfNoneMatch.ToString() is { Length: > 0 } known && (known == "*" || known.Contains(tag, StringComparison.Ordinal)))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        (http.Response.ContentType, http.Response.ContentLength) =
            (ResponseBody.Json, document.Before.Length + server.Length + document.After.Length);
        if (http.IsHead()) return;
        foreach (var part in (ReadOnlyMemory<byte>[])[document.Before, server, document.After]) await http.SendAsync(part);
    }

    private Task<Documents> FindAsync()
    {
        lock (_gate)
        {
            // After a failure the document is created again.
            return _made is null or { IsFaulted: true } or { IsCanceled: true } ? _made = Task.Run(MakeAsync) : _made;
        }
    }

    private async Task<Documents> MakeAsync()
    {
        await using var scope = services.CreateAsyncScope();
        var document =
            await scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(OpenApiDocumentation.Name).GetOpenApiDocumentAsync();
        using var buffer = new MemoryStream();
        await document.SerializeAsJsonAsync(buffer, OpenApiSpecVersion.OpenApi3_1);
        var newest = buffer.ToArray();
        return new Documents(Split(newest), Split(Encoding.UTF8.GetBytes(OpenApi30.From(JsonNode.Parse(newest)!).ToJsonString(OpenApi30.Json))));
    }

    private static Document Split(byte[] body)
    {
        var mark = Encoding.UTF8.GetBytes(AnyServer);
        var at = body.AsSpan().IndexOf(mark);
        return new Document(body.AsMemory(0, at), body.AsMemory(at + mark.Length), Tag(body));
    }

    private static string Tag(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 8));

    private sealed record Documents(Document Version31, Document Version30);

    private sealed record Document(ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> After, string Tag);
}
