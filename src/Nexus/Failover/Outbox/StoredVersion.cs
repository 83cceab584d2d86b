using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Users;

namespace Nexus.Failover;

/// <summary>PostgreSQL's version of a record as the conflicts keep it: a whole-record write that would bring it back.</summary>
internal static class StoredVersion
{
    /// <returns>Version 0 where there is no record.</returns>
    public static async Task<(long Version, DateTimeOffset? At, byte[]? Body)> ReadAsync(IReplicatedPrimary remote, WriteKey key, CancellationToken cancellationToken)
    {
        switch (key.Table)
        {
            case StateTable.Sessions:
                var sessions = await remote.GetSessionsAsync([key.Id], cancellationToken).ConfigureAwait(false);
                if (sessions.Count == 0) return default;
                var session = sessions[0];
                return (session.Version, session.UpdatedAt, WriteCodec.Encode(
                    new SaveSession(session.ChatId, SealedField.Set(session.ApiKey), SealedField.Set(session.ApiSecret), session.Config, null)));
            case StateTable.Users:
                var users = await remote.GetUsersAsync([key.Id], cancellationToken).ConfigureAwait(false);
                if (users.Count == 0) return default;
                var user = users[0];
                var expiry = user.ExpiresAt is { } end ? new Expiry(ExpiryKind.At, end) : new Expiry(ExpiryKind.Never);
                return (user.Version, null, WriteCodec.Encode(
                    new SaveUser(user.ChatId, user.Name, user.Role, expiry, user.TimeZone, user.TelegramId, user.Groups, null, user.CreatedAt)));
            case StateTable.BotState:
                var state = await remote.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
                return (state.Version, state.LastUpdated, WriteCodec.Encode(
                    new ChangeBotState(state.Strategies, state.Groups, AssetChange.Replace(state.DisabledAssets), state.AiFilter, Replace: true)));
            case StateTable.SystemConfig:
                var entry = await remote.GetSystemConfigAsync(key.Id, cancellationToken).ConfigureAwait(false);
                return entry is null ? default : (entry.Version, entry.UpdatedAt, WriteCodec.Encode(new SetSystemConfig(entry.Key, entry.Value, entry.UpdatedBy, null)));
            default:
                return default;
        }
    }
}
