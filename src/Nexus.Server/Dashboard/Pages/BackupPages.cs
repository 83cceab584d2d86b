using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Operations.Backup;

namespace Nexus.Server.Dashboard;

/// <summary>The backups and what is wrong with them.</summary>
internal static class BackupPages
{
    public static void MapBackupPages(this IEndpointRouteBuilder routes) => routes.Show("/backups", DashboardArea.See, ShowAsync);

    private static async Task<IResult> ShowAsync(DashboardRequest request) =>
        DashboardRequest.Page<BackupPage, BackupStatus>(await request.Service<IBackupCatalog>().ReadAsync(request.Aborted));
}
