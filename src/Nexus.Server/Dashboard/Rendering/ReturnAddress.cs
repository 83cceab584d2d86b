using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Dashboard;

/// <summary>Addresses to return to. They come from the browser, so only addresses of the dashboard itself are followed.</summary>
internal static class ReturnAddress
{
    private const int MaxLength = 1000;

    /// <summary>The address of the sign-in page that returns to the requested page.</summary>
    public static string SignIn(HttpRequest request)
    {
        var here = $"{request.Path}{request.QueryString}";
        return here == "/" || here.Length > MaxLength
            ? $"{request.PathBase}/sign-in"
            : $"{request.PathBase}/sign-in?return={Uri.EscapeDataString(here)}";
    }

    /// <summary>
    /// The address itself if it is a path of this server, otherwise <c>/</c>. Browsers read <c>//x</c> and <c>/\x</c> as other hosts.
    /// </summary>
    public static string Local(string? address) =>
        address is ['/', .. var rest] && address.Length <= MaxLength && !rest.StartsWith('/') && !address.Contains('\\')
        && !address.Any(char.IsControl)
            ? address
            : "/";
}
