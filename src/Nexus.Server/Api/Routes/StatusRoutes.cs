using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Operations.Status;

namespace Nexus.Server.Api;

/// <summary>What <c>nexus status</c> asks a running server.</summary>
internal static class StatusRoutes
{
    public static void MapStatus(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/status", GetAsync).WithTags("Health").Requires(ApiScopes.Admin).RefuseUnknownQuery()
            .Describe("Store, pool, queue and keys at a glance").Produces<ServerReport>();

    private static async Task<IResult> GetAsync(HttpContext http, NexusDb db) =>
        ApiResults.Json(new ServerReport(await db.GetStatusAsync(http.RequestAborted), db.QueuedWrites, db.KeyIds, db.Fallback, OperatorTerms.Translate(db.Concerns)), StatusJson.Default.ServerReport);
}
