using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;
using Nexus.Errors;
using Nexus.Operations.Maintenance;

namespace Nexus.Server.Dashboard;

/// <summary>The history of the maintenance, and running a job now.</summary>
internal static class MaintenancePages
{
    public static void MapMaintenancePages(this IEndpointRouteBuilder routes)
    {
        routes.Show("/maintenance", DashboardArea.See, request => ShowAsync(request));
        routes.Change("/maintenance/{job}/run", DashboardArea.Manage, RunAsync);
    }

    private static async Task<IResult> ShowAsync(DashboardRequest request, NexusException? error = null)
    {
        var desk = request.Service<MaintenanceDesk>();
        return DashboardRequest.Page<MaintenancePage, MaintenanceModel>(
            new MaintenanceModel { Jobs = await desk.ReadAsync(request.Aborted), Running = desk.Running, Error = error?.Message },
            error is null ? StatusCodes.Status200OK : DashboardRequest.StatusOf(error));
    }

    private static async Task<IResult> RunAsync(DashboardRequest request)
    {
        try
        {
            // The job goes on when the browser leaves.
            _ = request.Service<MaintenanceDesk>()
                .StartAsync(request.Route("job"), request.Service<IHostApplicationLifetime>().ApplicationStopping);
            return request.Done("/maintenance", "job_started");
        }
        catch (NexusException error)
        {
            return await ShowAsync(request, error);
        }
    }
}
