using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.Operations.Monitoring;

namespace Nexus.Server.Dashboard;

/// <summary>The statements that take most of the database's time, with plans on demand.</summary>
internal static class QueryPages
{
    public static void MapQueryPages(this IEndpointRouteBuilder routes)
    {
        routes.Show("/queries", DashboardArea.See, request => Task.FromResult(Show(request)));
        routes.Change("/queries/plan", DashboardArea.Manage, PlanAsync);
    }

    private static IResult Show(DashboardRequest request, QueryStatistic? planned = null, QueryPlan? plan = null, NexusException? error = null) =>
        DashboardRequest.Page<QueryPage, QueryModel>(
            new QueryModel { Report = request.Service<IQueryStatistics>().Current, Planned = planned, Plan = plan, Error = error?.Message },
            error is null ? StatusCodes.Status200OK : DashboardRequest.StatusOf(error));

    private static async Task<IResult> PlanAsync(DashboardRequest request)
    {
        var statistics = request.Service<IQueryStatistics>();
        var id = request.Form["id"] ?? "";
        var planned = statistics.Current.Statements.FirstOrDefault(statement => statement.Id == id);
        try
        {
            return Show(request, planned, await statistics.PlanAsync(id, request.Aborted));
        }
        catch (NexusException error)
        {
            return Show(request, planned, error: error);
        }
    }
}
