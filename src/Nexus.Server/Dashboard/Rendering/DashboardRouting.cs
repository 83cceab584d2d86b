using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Nexus.Server.Dashboard;

/// <summary>Maps routes of the dashboard without reflection, which would delay the start.</summary>
internal static class DashboardRouting
{
    public static void Show(this IEndpointRouteBuilder routes, string pattern, DashboardArea area, Func<DashboardRequest, Task<IResult>> handle) =>
        Map(routes, pattern, HttpMethods.Get, area, handle);

    public static void Change(this IEndpointRouteBuilder routes, string pattern, DashboardArea area, Func<DashboardRequest, Task<IResult>> handle) =>
        Map(routes, pattern, HttpMethods.Post, area, handle);

    private static void Map(
        IEndpointRouteBuilder routes, string pattern, string method, DashboardArea area, Func<DashboardRequest, Task<IResult>> handle) =>
        routes.MapMethods(pattern, [method], async http => await (await handle(new DashboardRequest(http))).ExecuteAsync(http))
            .WithMetadata(area).WithMetadata(new Microsoft.AspNetCore.Routing.ExcludeFromDescriptionAttribute());
}
