using Nexus.Secrets;
using Nexus.Storage;

namespace Nexus.Sessions;

/// <summary>Secrets of a session that a save leaves as they are stored.</summary>
[Flags]
public enum KeepSecrets
{
    /// <summary>Both are saved; a null clears.</summary>
    None = 0,

    /// <summary>The stored api key stays.</summary>
    ApiKey = 1,

    /// <summary>The stored api secret stays.</summary>
    ApiSecret = 2,
}

/// <summary>The step between a session as a caller knows it and as a store holds it: checked, sealed, and back.</summary>
internal sealed class SessionSealing(Sealer sealer, DocumentSealer documents)
{
    /// <summary>The longest secret, in characters: PEM keys of 4096 bits fit with room.</summary>
    private const int MaxSecretLength = 16 * 1024;

    private const string Table = "sessions";

    public Session FromRow(SessionRow row)
    {
        return new Session(
            ChatId.FromStore(row.ChatId),
            Secret.FromStore(row.ApiKey, sealer, Place(row.ChatId, "api_key")),
            Secret.FromStore(row.ApiSecret, sealer, Place(row.ChatId, "api_secret")),
            StateJson.FromStore(row.Config, documents, Place(row.ChatId, "config")))
        {
            Version = row.Version,
            UpdatedAt = row.UpdatedAt,
        };
    }

    public SaveSession ToWrite(Session session, long? expectedVersion, KeepSecrets keep)
    {
        var chatId = session.ChatId.Value;
        return new SaveSession(
            chatId,
            keep.HasFlag(KeepSecrets.ApiKey) ? SealedField.Keep : Seal(session.ApiKey, chatId, "api_key", "apiKey"),
            keep.HasFlag(KeepSecrets.ApiSecret) ? SealedField.Keep : Seal(session.ApiSecret, chatId, "api_secret", "apiSecret"),
            documents.Accept(Place(chatId, "config"), session.Config.Utf8.Span, Validation.ConfigRules),
            expectedVersion);
    }

    public SaveSession[] ToBatch(IReadOnlyList<(Session Session, KeepSecrets Keep)> sessions)
    {
        var seen = new Dictionary<string, int>(sessions.Count, StringComparer.Ordinal);
        var writes = new SaveSession[sessions.Count];
        for (var i = 0; i < writes.Length; i++)
        {
            try
            {
                var (session, keep) = sessions[i];
                if (!seen.TryAdd(session.ChatId.Value, i))
                {
                    throw new NexusValidationException("chatId", $"is the same as that of sessions[{seen[session.ChatId.Value]}]; a batch may name a chat once");
                }
                writes[i] = ToWrite(session, expectedVersion: null, keep);
                if (MaskedConfig.HasMasks(writes[i].Config)) throw new NexusValidationException("config", "holds the mask that is shown in place of a secret; a batch needs the secret itself");
            }
            catch (NexusValidationException error)
            {
                throw error.Within($"sessions[{i}]");
            }
        }
        return writes;
    }

    public byte[] SealPatch(ChatId chatId, StateJson patch) => documents.Accept(Place(chatId.Value, "config"), patch.Utf8.Span, Validation.PatchRules);

    private SealedField Seal(Secret? secret, string chatId, string column, string field)
    {
        if (secret is null) return SealedField.Set(null);
        var value = secret.Ciphertext ?? secret.Reveal();
        if (value.Length == 0) return SealedField.Set(null);
        if (value == Secret.Mask) throw new NexusValidationException(field, "is the mask that is shown in place of a secret; send the secret, or leave the field out to keep what is stored");
        Validation.Text(field, value, MaxSecretLength);
        return SealedField.Set(sealer.Accept(Place(chatId, column), value, field));
    }

    private static SealContext Place(string chatId, string field) => new(Table, chatId, field);
}
