using System.Globalization;
using Microsoft.AspNetCore.Http;
using Nexus.Engine;

namespace Nexus.Server.Api;

/// <summary>Adds the headers that describe the part of the fallback in a response: docs/reliability.md.</summary>
internal static class FallbackHeaders
{
    /// <summary>On writes: <c>committed</c> in the store, or <c>spooled</c> on the server's disk until PostgreSQL is available again.</summary>
    public const string Acknowledged = "Nexus-Acknowledged";

    /// <summary>On reads from the local replica: its age in seconds, or <c>unknown</c> if it was never complete.</summary>
    public const string Stale = "Nexus-Stale";

    public static Task SetAsync(HttpContext context, RequestDelegate next)
    {
        if (!context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase)) return next(context);
        // Only the reads and writes of the request count, not a failover that happens meanwhile.
        context.Features.Set(AnswerSource.Begin());
        context.Response.OnStarting(static state => AddAsync((HttpContext)state), context);
        return next(context);
    }

    private static Task AddAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.StatusCode >= 400) return Task.CompletedTask;
        if (AcknowledgementOf(context) is { } acknowledged) response.Headers[Acknowledged] = acknowledged;
        else if (HttpMethods.IsGet(context.Request.Method) && context.Features.Get<AnswerSource>()?.Replica is { } replica)
            response.Headers[Stale] = replica.Age is { } age
                ? Math.Ceiling(age.TotalSeconds).ToString("0", CultureInfo.InvariantCulture)
                : "unknown";
        return Task.CompletedTask;
    }

    /// <summary>The value of <see cref="Acknowledged"/>; null if the request has written nothing.</summary>
    public static string? AcknowledgementOf(HttpContext context) =>
        context.Features.Get<AnswerSource>() is { HasWritten: true } answer ? answer.HasSpooled ? "spooled" : "committed" : null;
}
