using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Server.Api;

/// <summary>Reads whose caller allows them to be old may be served by a standby of PostgreSQL: docs/failover.md.</summary>
internal static class StalenessHeader
{
    /// <summary>On GET: how old the result may be, in seconds.</summary>
    public const string Name = "Nexus-Max-Staleness";

    private const int Most = 3600;

    public static Task AllowAsync(HttpContext context, RequestDelegate next) =>
        HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.TryGetValue(Name, out var values)
            && context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase)
            ? AllowAsync(context, values, next)
            : next(context);

    private static async Task AllowAsync(HttpContext context, StringValues values, RequestDelegate next)
    {
        if (values is not [var text] || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            || seconds is < 0.001m or > Most)
            throw new NexusValidationException(Name, $"must be a number of seconds above 0 and at most {Most}");
        using (StaleReads.Allow(TimeSpan.FromSeconds((double)seconds))) await next(context);
    }
}
