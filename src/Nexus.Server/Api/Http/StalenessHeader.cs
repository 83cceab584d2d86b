using System.Globalization;
using Microsoft.AspNetCore.Http;
using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Server.Api;

/// <summary>Reads whose caller allows them to be old may be served by a standby of PostgreSQL: docs/failover.md.</summary>
internal static class StalenessHeader
{
    /// <summary>On GET: how old the result may be, in seconds.</summary>
    public const string Name = "Nexus-Max-Staleness";

    private const int Most = 3600;

    public static async Task AllowAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method) || !request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase)
            || !request.Headers.TryGetValue(Name, out var values))
        {
            await next(context);
            return;
        }
        if (values is not [var text] || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
            || seconds is < 0.001m or > Most)
            throw new NexusValidationException(Name, $"must be a number of seconds above 0 and at most {Most}");
        using (StaleReads.Allow(TimeSpan.FromSeconds((double)seconds))) await next(context);
    }
}
