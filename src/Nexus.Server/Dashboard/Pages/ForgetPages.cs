using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Operations.Backup;
using Nexus.Operations.Erasure;
using Nexus.Server.Settings;

namespace Nexus.Server.Dashboard;

/// <summary>Erases a chat on request: a preview first, then the receipt. Also for a chat without a subscriber.</summary>
internal static class ForgetPages
{
    public static void MapForgetPages(this IEndpointRouteBuilder routes)
    {
        routes.Show("/subscribers/{chat}/forget", DashboardArea.Manage, request => PreviewAsync(request));
        routes.Change("/subscribers/{chat}/forget", DashboardArea.Manage, ForgetAsync);
    }

    private static async Task<IResult> PreviewAsync(DashboardRequest request, NexusException? error = null) => Page(
        await EraseAsync(request, isDryRun: true), error?.Message,
        error is null ? StatusCodes.Status200OK : DashboardRequest.StatusOf(error));

    /// <summary>The response shows the receipt, which is not stored. Sending the form again erases nothing more.</summary>
    private static async Task<IResult> ForgetAsync(DashboardRequest request)
    {
        try
        {
            if (request.Form["confirm"] != ChatOf(request).Value) throw new NexusValidationException("confirm", "must repeat the chat id");
        }
        catch (NexusValidationException error)
        {
            return await PreviewAsync(request, error);
        }
        return Page(await EraseAsync(request, isDryRun: false), error: null, StatusCodes.Status200OK);
    }

    private static async Task<ErasureReceipt> EraseAsync(DashboardRequest request, bool isDryRun)
    {
        var options = request.Service<ServerOptions>();
        var eraser = new Eraser(request.Db, options.Nexus, request.Service<IBackupCatalog>(), options.Backups, request.Service<TimeProvider>());
        return await eraser.ForgetAsync(ChatOf(request), isDryRun, request.Aborted);
    }

    private static IResult Page(ErasureReceipt receipt, string? error, int status) => DashboardRequest.Page<ForgetPage, ForgetModel>(
        new ForgetModel { Chat = ChatId.Parse(receipt.ChatId), Receipt = receipt, Error = error }, status);

    private static ChatId ChatOf(DashboardRequest request) => ChatId.Parse(request.Route("chat"));
}
