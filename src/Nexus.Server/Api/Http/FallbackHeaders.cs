using System.Globalization;
using Microsoft.AspNetCore.Http;
using Nexus.Engine;

namespace Nexus.Server.Api;

/// <summary>Says of each answer what the fallback has to do with it: docs/reliability.md.</summary>
internal static class FallbackHeaders
{
    /// <summary>On writes: <c>committed</c> in the store, or <c>spooled</c> on the server's disk until PostgreSQL is back.</summary>
    public const string Acknowledged = "Nexus-Acknowledged";

    /// <summary>On reads from the local copy: its age in seconds, or <c>unknown</c> for one that was never complete.</summary>
    public const string Stale = "Nexus-Stale";

    public static Task SetAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase)) return next(context);
        // What the request itself writes and reads counts, not what the failover does meanwhile.
        var answer = AnswerSource.Begin();
        context.Response.OnStarting(() =>
        {
            var response = context.Response;
            if (response.StatusCode >= 400) return Task.CompletedTask;
            if (answer.HasWritten) response.Headers[Acknowledged] = answer.HasSpooled ? "spooled" : "committed";
            else if (HttpMethods.IsGet(context.Request.Method) && answer.Replica is { } replica)
                response.Headers[Stale] = replica.Age is { } age ? Math.Ceiling(age.TotalSeconds).ToString("0", CultureInfo.InvariantCulture) : "unknown";
            return Task.CompletedTask;
        });
        return next(context);
    }
}
