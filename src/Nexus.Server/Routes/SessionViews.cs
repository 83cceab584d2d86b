using Nexus.Operations.Exchange.Json;
using Nexus.Server.Contracts;
using Nexus.Sessions;

namespace Nexus.Server.Routes;

/// <summary>Between sessions of the engine and of the API.</summary>
internal static class SessionViews
{
    public static SessionView Of(Session session, bool reveal) => new(
        session.ChatId.Value,
        Show(session.ApiKey, reveal),
        Show(session.ApiSecret, reveal),
        new RawJson(reveal ? session.Config.RevealedUtf8() : session.Config.MaskedUtf8()),
        session.Version,
        session.UpdatedAt);

    /// <summary>One secret that cannot be opened must not keep a bot from every other session: that session says so and stays masked.</summary>
    public static SessionView InList(Session session, bool reveal)
    {
        try
        {
            return Of(session, reveal);
        }
        catch (SecretUnreadableException error)
        {
            return Of(session, reveal: false) with { Unreadable = [error.Field] };
        }
    }

    public static Session ToSession(ChatId id, SessionBody body, StateJson config) => new(id, ToSecret(body.ApiKey), ToSecret(body.ApiSecret), config);

    /// <summary>A secret that was left out stays as it is stored.</summary>
    public static KeepSecrets Kept(SessionBody body) =>
        (body.NamesApiKey ? KeepSecrets.None : KeepSecrets.ApiKey) | (body.NamesApiSecret ? KeepSecrets.None : KeepSecrets.ApiSecret);

    private static Secret? ToSecret(string? text) => string.IsNullOrEmpty(text) ? null : Secret.Of(text);

    private static string? Show(Secret? secret, bool reveal) => secret is null ? null : reveal ? secret.Reveal() : secret.Masked();
}
