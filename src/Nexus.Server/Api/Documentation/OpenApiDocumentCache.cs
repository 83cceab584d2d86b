using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace Nexus.Server.Api;

/// <summary>
/// The OpenAPI document as bytes. It is created once, because the routes do not change while the server runs and requests need no key.
/// </summary>
internal sealed class OpenApiDocumentCache(IServiceProvider services)
{
    private readonly Lock _gate = new();
    private Task<(byte[] Body, string ETag)>? _made;

    public async Task WriteAsync(HttpContext http)
    {
        var (body, tag) = await FindAsync();
        http.Response.Headers.ETag = tag;
        // Unlike the responses of the API, it contains no data of users.
        http.Response.Headers.CacheControl = "no-cache";
        if (http.Request.Headers.IfNoneMatch.ToString() is { Length: > 0 } known && (known == "*" || known.Contains(tag, StringComparison.Ordinal)))
        {
            http.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }
        (http.Response.ContentType, http.Response.ContentLength) = (ResponseBody.Json, body.Length);
        if (!http.IsHead()) await http.SendAsync(body);
    }

    private Task<(byte[] Body, string ETag)> FindAsync()
    {
        lock (_gate)
        {
            // After a failure the document is created again.
            return _made is null or { IsFaulted: true } or { IsCanceled: true } ? _made = Task.Run(MakeAsync) : _made;
        }
    }

    private async Task<(byte[] Body, string ETag)> MakeAsync()
    {
        await using var scope = services.CreateAsyncScope();
        var document =
            await scope.ServiceProvider.GetRequiredKeyedService<IOpenApiDocumentProvider>(OpenApiDocumentation.Name).GetOpenApiDocumentAsync();
        using var buffer = new MemoryStream();
        await document.SerializeAsJsonAsync(buffer, OpenApiSpecVersion.OpenApi3_1);
        var body = buffer.ToArray();
        return (body, $"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(0, 8))}\"");
    }
}
