using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Operations.Monitoring;

namespace Nexus.Server.Api;

/// <summary>Routes of the statements' statistics.</summary>
internal static class QueryRoutes
{
    public static void MapQueries(this IEndpointRouteBuilder routes)
    {
        var queries = routes.MapGroup("/v1/queries").WithTags("Queries").Requires(ApiScopes.Admin).RefuseUnknownQuery();
        queries.MapGet("", (IQueryStatistics statistics) => ApiResults.Json(statistics.Current, QueryJson.Default.QueryReport))
            .Describe("List the statements that take the most time", "Their shapes without constants, from pg_stat_statements, at most 100.")
            .Produces<QueryReport>();
        queries.MapGet("/{id}/plan", PlanAsync)
            .Describe(
                "Show the generic plan of a statement",
                "Only statements of the server's own role are planned, and none is executed.")
            .Produces<QueryPlan>().Problems(400, 404);
    }

    private static async Task<IResult> PlanAsync(HttpContext http, IQueryStatistics statistics, string id) =>
        ApiResults.Json(await statistics.PlanAsync(id, http.RequestAborted), QueryJson.Default.QueryPlan);
}
