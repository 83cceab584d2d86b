using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Operations.Backup;

namespace Nexus.Server.Dashboard;

/// <summary>The first page and its live figures.</summary>
internal static class OverviewPages
{
    public static void MapOverview(this IEndpointRouteBuilder routes)
    {
        routes.Show("/", DashboardArea.See, ShowAsync);
        routes.Show("/live", DashboardArea.Live, request => request.Service<LiveStream>().SendAsync(request));
    }

    private static async Task<IResult> ShowAsync(DashboardRequest request)
    {
        var store = request.Service<StoreGlance>();
        await store.RefreshAsync(request.Aborted);
        var recorder = request.Service<FigureRecorder>();
        var health = request.Service<HealthReader>();
        var texts = Preferences.LanguageOf(request.Http.Request);
        var items = health.Read();
        using var process = Process.GetCurrentProcess();
        return DashboardRequest.Page<OverviewPage, OverviewModel>(new OverviewModel
        {
            Health = items,
            Fingerprint = HealthReader.FingerprintOf(items),
            Tiles = OverviewTiles.Of(texts, recorder.Latest, store.Status),
            Charts = OverviewCharts.Of(texts, recorder.Hour),
            Store = store.Status,
            Fallback = request.Db.Fallback,
            // Read by the schedule and the backups' page: a slow target must not delay the first page.
            Backups = request.Http.RequestServices.GetService<CachedBackupCatalog>()?.Last,
            Disk = health.ReadDisk(),
            Memory = process.WorkingSet64,
            Uptime = request.Now - new DateTimeOffset(process.StartTime),
            KeyIds = request.Db.KeyIds,
        });
    }
}
