using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Server.Api;
using Nexus.Sessions;

namespace Nexus.Server.Dashboard;

/// <summary>The sessions: list, config editor, secrets, lock-down.</summary>
internal static class SessionPages
{
    public static void MapSessionPages(this IEndpointRouteBuilder routes)
    {
        routes.Show("/sessions", DashboardArea.See, ListAsync);
        routes.Show("/sessions/{chat}", DashboardArea.See, request => ShowAsync(request));
        routes.Change("/sessions/{chat}/config", DashboardArea.Operate, SaveConfigAsync);
        routes.Change("/sessions/{chat}/secrets", DashboardArea.Operate, request => ChangeAsync(request, "secrets", ReplaceSecretsAsync));
        routes.Change("/sessions/{chat}/lock-down", DashboardArea.Operate, request => ChangeAsync(request, "locked", LockDownAsync));
        routes.Change("/sessions/{chat}/delete", DashboardArea.Operate, DeleteAsync);
    }

    private static async Task<IResult> ListAsync(DashboardRequest request)
    {
        var (search, mode, strategy) = (request.Query("q"), request.Query("mode"), request.Query("strategy"));
        var strategies = await StrategiesAsync(request);
        using var share = await request.TakeListAsync();
        try
        {
            var found = await SessionReads.FindAsync(request, search, mode, strategy);
            var shown = found.Take(DashboardRequest.PageRows).ToList();
            var names = await SessionReads.NamesAsync(request, shown.Select(session => session.ChatId));
            return DashboardRequest.Page<SessionListPage, SessionListModel>(new SessionListModel
            {
                Search = search,
                Mode = mode,
                Strategy = strategy,
                IsLater = request.Query("after") is not null,
                Strategies = strategies,
                Rows = [.. shown.Select(session => new SessionListModel.Row(
                    session.ChatId, names.GetValueOrDefault(session.ChatId), SessionReads.ModeOf(session), SessionReads.StrategiesOf(session),
                    session.ApiKey is not null, session.ApiSecret is not null, session.UpdatedAt, session.Version))],
                Next = found.Count > shown.Count ? QueryValues.CursorOf(shown[^1].ChatId) : null,
            });
        }
        catch (NexusValidationException error)
        {
            return DashboardRequest.Page<SessionListPage, SessionListModel>(
                new SessionListModel { Search = search, Mode = mode, Strategy = strategy, Strategies = strategies, Rows = [], Error = error.Message },
                DashboardRequest.StatusOf(error));
        }
    }

    private static async Task<IResult> ShowAsync(DashboardRequest request, SessionModel.Edit? edit = null, NexusException? error = null)
    {
        var chat = ChatOf(request);
        var session = await request.Db.Sessions.GetAsync(chat, request.Aborted) ?? throw new NexusNotFoundException($"session {chat}");
        var user = await request.Db.Users.GetAsync(chat, request.Aborted);
        var stored = JsonDiff.Pretty(session.Config.ToString());
        var status = error is null ? StatusCodes.Status200OK : DashboardRequest.StatusOf(error);
        return DashboardRequest.Page<SessionPage, SessionModel>(
            new SessionModel
            {
                Chat = chat,
                Name = user?.Name,
                Mode = SessionReads.ModeOf(session),
                HasKey = session.ApiKey is not null,
                HasSecret = session.ApiSecret is not null,
                Version = session.Version,
                UpdatedAt = session.UpdatedAt,
                Stored = stored,
                Editor = edit ?? new SessionModel.Edit(stored, stored, session.Version),
                History = await HistoryGlance.ReadAsync(request, "sessions", chat.Value),
                Error = error?.Message,
            },
            status);
    }

    /// <summary>Three steps of one form: look at the changes, save the whole text, or save only what was changed in it.</summary>
    private static async Task<IResult> SaveConfigAsync(DashboardRequest request)
    {
        var (chat, form) = (ChatOf(request), request.Form);
        var edit = new SessionModel.Edit(
            (form.Raw("config") ?? "").ReplaceLineEndings("\n"), (form.Raw("base") ?? "{}").ReplaceLineEndings("\n"), form.Version());
        try
        {
            var config = ParseObject(edit.Text);
            if (form["step"] == "preview") return await ShowAsync(request, edit with { Step = "preview" });
            if (form["step"] == "merge" && JsonDiff.PatchOf(ParseObject(edit.Base), config) is { } patch)
                await request.Db.Sessions.PatchConfigAsync(chat, StateJson.Parse(patch.ToJsonString()), cancellationToken: request.Aborted);
            else
            {
                var session = new Session(chat, null, null, StateJson.Parse(config.ToJsonString()));
                await request.Db.Sessions.SaveAsync(session, edit.Version, KeepSecrets.ApiKey | KeepSecrets.ApiSecret, request.Aborted);
            }
            return request.Done(PathOf(chat), "saved");
        }
        catch (NexusConflictException error)
        {
            return await ShowAsync(request, edit with { Step = "conflict" }, error);
        }
        catch (NexusException error)
        {
            return await ShowAsync(request, edit with { Step = "error" }, error);
        }
    }

    /// <summary>A change of the session as it is stored. The page shows why it failed.</summary>
    private static async Task<IResult> ChangeAsync(DashboardRequest request, string confirmation, Func<DashboardRequest, Session, Task> change)
    {
        var chat = ChatOf(request);
        var session = await request.Db.Sessions.GetAsync(chat, request.Aborted) ?? throw new NexusNotFoundException($"session {chat}");
        try
        {
            await change(request, session);
            return request.Done(PathOf(chat), confirmation);
        }
        catch (NexusException error)
        {
            return await ShowAsync(request, error: error);
        }
    }

    private static Task ReplaceSecretsAsync(DashboardRequest request, Session session)
    {
        var form = request.Form;
        var (key, secret) = (form["secret_api_key"], form["secret_api_secret"]);
        if (key is null && secret is null && !form.Has("clear_key") && !form.Has("clear_secret"))
            throw new NexusValidationException("apiKey", "or the secret is required: type a new one, or choose to remove the stored one");
        var keep = (key is null && !form.Has("clear_key") ? KeepSecrets.ApiKey : KeepSecrets.None)
            | (secret is null && !form.Has("clear_secret") ? KeepSecrets.ApiSecret : KeepSecrets.None);
        var changed = session with { ApiKey = key is null ? null : Secret.Of(key), ApiSecret = secret is null ? null : Secret.Of(secret) };
        return request.Db.Sessions.SaveAsync(changed, form.Version(), keep, request.Aborted);
    }

    private static Task LockDownAsync(DashboardRequest request, Session session) =>
        request.Db.Sessions.SaveAsync(session.LockDown(), request.Form.Version(), cancellationToken: request.Aborted);

    private static async Task<IResult> DeleteAsync(DashboardRequest request)
    {
        var chat = ChatOf(request);
        try
        {
            if (request.Form["confirm"] != chat.Value) throw new NexusValidationException("confirm", "must repeat the chat id");
            await request.Db.Sessions.DeleteAsync(chat, request.Form.Version(), request.Aborted);
            return request.Done("/sessions", "deleted");
        }
        catch (NexusException error)
        {
            return await ShowAsync(request, error: error);
        }
    }

    private static async Task<IReadOnlyList<string>> StrategiesAsync(DashboardRequest request)
    {
        var switches = await request.Db.BotState.GetAsync(request.Aborted);
        return [.. switches.EnabledStrategies.Root.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal).Take(200)];
    }

    private static JsonObject ParseObject(string text)
    {
        try
        {
            var options = new JsonDocumentOptions { MaxDepth = ServerJson.MaxDepth, AllowDuplicateProperties = false };
            return JsonNode.Parse(text, documentOptions: options) as JsonObject
                ?? throw new NexusValidationException("config", "must be a JSON object");
        }
        catch (JsonException error)
        {
            throw new NexusValidationException(
                "config", $"is not JSON: line {error.LineNumber + 1}, character {error.BytePositionInLine + 1}");
        }
    }

    private static ChatId ChatOf(DashboardRequest request) => ChatId.Parse(request.Route("chat"));

    private static string PathOf(ChatId chat) => $"/sessions/{chat}";
}
