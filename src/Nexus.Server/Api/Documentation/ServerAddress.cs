using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Api;

/// <summary>The address under which the caller reached the server, with the path prefix of a proxy.</summary>
internal static class ServerAddress
{
    /// <summary>Such as <c>https://bot.example.org/nexus</c>; a path alone if the request names no host.</summary>
    public static string Of(HttpRequest request)
    {
        var prefix = request.PathBase.ToUriComponent().TrimEnd('/');
        return request.Host.HasValue ? $"{request.Scheme}://{request.Host.ToUriComponent()}{prefix}" : prefix.Length > 0 ? prefix : "/";
    }
}
