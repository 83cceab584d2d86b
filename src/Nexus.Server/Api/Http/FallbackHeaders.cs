using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Api.Http;

/// <summary>Says of each answer what the fallback has to do with it: docs/reliability.md.</summary>
internal static class FallbackHeaders
{
    /// <summary>On writes: <c>committed</c> in the store, or <c>spooled</c> on the server's disk until PostgreSQL is back.</summary>
    public const string Acknowledged = "Nexus-Acknowledged";

    /// <summary>On reads from the local copy: its age in seconds, or <c>unknown</c> for one that was never complete.</summary>
    public const string Stale = "Nexus-Stale";

    public static Task SetAsync(HttpContext context, RequestDelegate next, NexusDb db)
    {
        if (!context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase)) return next(context);
        var wasLocal = db.Fallback?.IsLocal == true;
        context.Response.OnStarting(() =>
        {
            var (response, status) = (context.Response, db.Fallback);
            var isLocal = status?.IsLocal == true;
            if (response.StatusCode >= 400) return Task.CompletedTask;
            // Where PostgreSQL came back in between, spooled is the more careful word.
            if (!HttpMethods.IsGet(context.Request.Method)) response.Headers[Acknowledged] = wasLocal || isLocal ? "spooled" : "committed";
            else if (isLocal) response.Headers[Stale] = status!.Staleness is { } age ? Math.Ceiling(age.TotalSeconds).ToString("0", CultureInfo.InvariantCulture) : "unknown";
            return Task.CompletedTask;
        });
        return next(context);
    }
}
