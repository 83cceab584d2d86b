using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Errors;
using Nexus.Operations.Status;
using Nexus.Server.Settings;

namespace Nexus.Server.Dashboard;

/// <summary>The database: tables and indexes with their use, locks, and the audit.</summary>
internal static class DatabasePages
{
    public static void MapDatabasePages(this IEndpointRouteBuilder routes)
    {
        routes.Show("/database", DashboardArea.See, ShowAsync);
        routes.Change("/database/audit", DashboardArea.Manage, StartAuditAsync);
    }

    private static async Task<IResult> ShowAsync(DashboardRequest request)
    {
        var store = request.Service<StoreGlance>();
        await store.RefreshAsync(request.Aborted);
        var isPostgres = request.Service<ServerOptions>().Nexus.UsesPostgres;
        var audit = request.Service<DatabaseAudit>();
        var (figures, error) = isPostgres ? await ReadAsync(request) : (null, null);
        return DashboardRequest.Page<DatabasePage, DatabaseModel>(new DatabaseModel
        {
            Store = store.Status,
            Figures = figures,
            Error = error,
            IsPostgres = isPostgres,
            Audit = audit.Report,
            IsAuditing = audit.IsRunning,
            AuditError = audit.Error,
        });
    }

    private static Task<IResult> StartAuditAsync(DashboardRequest request)
    {
        if (request.Service<ServerOptions>().Nexus.UsesPostgres) request.Service<DatabaseAudit>().Start(Preferences.LanguageOf(request.Http.Request));
        return Task.FromResult(request.Done("/database", "auditing"));
    }

    private static async Task<(DatabaseFigures? Figures, string? Error)> ReadAsync(DashboardRequest request)
    {
        using var share = await request.TakeListAsync();
        try
        {
            return (await request.Service<DatabaseReader>().ReadAsync(request.Aborted), null);
        }
        catch (NexusException error)
        {
            return (null, OperatorTerms.Translate(error.Message));
        }
    }
}
