using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Server.Observability;

namespace Nexus.Server.Api;

/// <summary>Open to everybody, so they say no more than the one word and fixed codes of reasons.</summary>
internal static class HealthRoutes
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTags("Health");
        health.MapGet("/live", () => ApiResults.Json(new HealthView("ok"), ServerJson.Strict.HealthView)).Describe("Is the process alive?").Produces<HealthView>();
        health.MapGet("/ready", CheckReadyAsync).Describe("Does the store answer?").Produces<HealthView>().Produces<HealthView>(503);
    }

    private static async Task<IResult> CheckReadyAsync(HttpContext http, NexusDb db, ReadinessProbe probe)
    {
        if (!await probe.AskAsync().WaitAsync(http.RequestAborted))
            return ApiResults.Json(new HealthView("unavailable"), ServerJson.Strict.HealthView, StatusCodes.Status503ServiceUnavailable);
        string[] reasons = [.. db.Fallback?.IsLocal == true ? ["fallback"] : Array.Empty<string>(), .. db.Concerns.Select(concern => concern.Code)];
        return ApiResults.Json(reasons.Length == 0 ? new HealthView("ok") : new HealthView("degraded", reasons), ServerJson.Strict.HealthView);
    }
}
