using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Server.Observability;

namespace Nexus.Server.Api;

/// <summary>These routes need no key, so they return only a status and fixed codes.</summary>
internal static class HealthRoutes
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").WithTags("Health");
        health.MapGet("/live", () => ApiResults.Json(new HealthView("ok"), ServerJson.Strict.HealthView))
            .Describe("Check whether the process is alive", "Does not ask the store. For the liveness probe of a container.").Produces<HealthView>();
        health.MapGet("/ready", CheckReadyAsync).Describe(
                "Check whether the store is available",
                "The status degraded is still 200: the server serves, with the named reasons. For the readiness probe of a container.")
            .Produces<HealthView>().Produces<HealthView>(503);
    }

    private static async Task<IResult> CheckReadyAsync(HttpContext http, NexusDb db, ReadinessProbe probe)
    {
        if (!await probe.AskAsync().WaitAsync(http.RequestAborted))
            return ApiResults.Json(new HealthView("unavailable"), ServerJson.Strict.HealthView, StatusCodes.Status503ServiceUnavailable);
        string[] reasons =
        [
            .. db.Fallback?.IsLocal == true ? ["fallback"] : Array.Empty<string>(), .. db.Concerns.Select(concern => concern.Code).Distinct(),
        ];
        return ApiResults.Json(reasons.Length == 0 ? new HealthView("ok") : new HealthView("degraded", reasons), ServerJson.Strict.HealthView);
    }
}
