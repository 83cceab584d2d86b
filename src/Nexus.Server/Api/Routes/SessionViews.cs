using Nexus.Chats;
using Nexus.Json;
using Nexus.Operations.Json;
using Nexus.Secrets;
using Nexus.Sessions;

namespace Nexus.Server.Api;

/// <summary>Converts sessions between the engine and the API.</summary>
internal static class SessionViews
{
    /// <summary>A secret that cannot be opened affects only itself: it stays masked, and the session names it.</summary>
    public static SessionView Of(Session session, bool reveal)
    {
        var unreadable = new List<string>();
        return new SessionView(
            session.ChatId.Value,
            Show(session.ApiKey, reveal, unreadable),
            Show(session.ApiSecret, reveal, unreadable),
            new RawJson(reveal ? session.Config.Revealed(unreadable) : session.Config.Masked()),
            session.Version,
            session.UpdatedAt)
        {
            Unreadable = unreadable.Count == 0 ? null : unreadable,
        };
    }

    public static Session ToSession(ChatId id, SessionBody body, StateJson config) =>
        new(id, ToSecret(body.ApiKey), ToSecret(body.ApiSecret), config);

    /// <summary>An omitted secret keeps its stored value.</summary>
    public static KeepSecrets Kept(SessionBody body) =>
        (body.NamesApiKey ? KeepSecrets.None : KeepSecrets.ApiKey) | (body.NamesApiSecret ? KeepSecrets.None : KeepSecrets.ApiSecret);

    private static Secret? ToSecret(string? text) => string.IsNullOrEmpty(text) ? null : Secret.Of(text);

    private static string? Show(Secret? secret, bool reveal, List<string> unreadable) => reveal ? secret?.RevealOrMask(unreadable) : secret?.Masked();
}
