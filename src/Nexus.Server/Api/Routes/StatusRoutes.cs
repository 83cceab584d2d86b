using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Operations.Status;

namespace Nexus.Server.Api;

/// <summary>The route that <c>nexus status</c> calls.</summary>
internal static class StatusRoutes
{
    public static void MapStatus(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/v1/status", GetAsync).WithTags("Health").Requires(ApiScopes.Admin).RefuseUnknownQuery()
            .Describe("Read the status of store, connection pool, write queue and keys").Produces<ServerReport>();

    private static async Task<IResult> GetAsync(HttpContext http, NexusDb db) =>
        ApiResults.Json(
            new ServerReport(
                await db.GetStatusAsync(http.RequestAborted), db.QueuedWrites, db.KeyIds, db.Fallback, OperatorTerms.Translate(db.Concerns)),
            StatusJson.Default.ServerReport);
}
