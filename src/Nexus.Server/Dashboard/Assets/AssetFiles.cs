using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Nexus.Server.Dashboard;

/// <summary>
/// The files of the dashboard. They are embedded in the assembly, because a tool runs outside the layout of a build. Their address contains a hash of
/// their content, so that a browser keeps them for good.
/// </summary>
internal static class AssetFiles
{
    public const string Pattern = "/assets/{version}/{name}";

    private static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["dashboard.css"] = "text/css; charset=utf-8",
        ["dashboard.js"] = "text/javascript; charset=utf-8",
        ["icon.svg"] = "image/svg+xml",
    };

    private static readonly Lazy<IReadOnlyDictionary<string, Asset>> All = new(
        () => Types.Keys.ToDictionary(name => name, Read, StringComparer.Ordinal));

    public static IReadOnlyCollection<string> Names => Types.Keys;

    public static string PathOf(string name) => $"/assets/{All.Value[name].Version}/{name}";

    public static async Task<IResult> SendAsync(DashboardRequest request)
    {
        if (!All.Value.TryGetValue(request.Route("name"), out var asset)) return Results.NotFound();
        var response = request.Http.Response;
        // A page of another version may ask for another content of the same name.
        var isThis = request.Route("version") == asset.Version;
        response.Headers.CacheControl = isThis ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers[HeaderNames.ETag] = $"\"{asset.Version}\"";
        if (request.Http.Request.Headers.IfNoneMatch.ToString() == response.Headers[HeaderNames.ETag])
            return Results.StatusCode(StatusCodes.Status304NotModified);
        response.ContentType = Types[request.Route("name")];
        response.ContentLength = asset.Content.Length;
        await response.BodyWriter.WriteAsync(asset.Content, request.Aborted);
        return Results.Empty;
    }

    private static Asset Read(string name)
    {
        using var file = typeof(AssetFiles).Assembly.GetManifestResourceStream(name)!;
        var content = new byte[file.Length];
        file.ReadExactly(content);
        return new Asset(content, Convert.ToHexStringLower(SHA256.HashData(content))[..12]);
    }

    private sealed record Asset(byte[] Content, string Version);
}
