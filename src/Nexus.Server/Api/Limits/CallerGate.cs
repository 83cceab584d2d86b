using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Nexus.Server.Api;

/// <summary>Counts the requests of each key that are in flight and refuses those beyond the limit.</summary>
internal sealed class CallerGate(RequestDelegate next, CallerLimits limits)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<ApiKey>() is null || context.GetEndpoint()?.Metadata.GetMetadata<CountsItself>() is not null
            ? next(context)
            : CountAsync(context);

    private async Task CountAsync(HttpContext context)
    {
        using var share = limits.Of(context).TakeRequest();
        await next(context);
    }
}

/// <summary>A route with its own limit.</summary>
internal sealed class CountsItself
{
    public static CountsItself Instance { get; } = new();
}

internal static class CallerLimitsAccess
{
    /// <summary>Takes a share for reading a list, or figures over one.</summary>
    /// <param name="http">The request.</param>
    /// <param name="weight">1 for a page, more for a request that costs as much as several pages.</param>
    /// <exception cref="LimitException">The key is at its limit, and no read ended in time.</exception>
    public static ValueTask<Share> TakeListAsync(this HttpContext http, int weight = 1) =>
        http.RequestServices.GetRequiredService<CallerLimits>().Of(http).TakeListAsync(weight, http.RequestAborted);
}
