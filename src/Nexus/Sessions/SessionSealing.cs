using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;

namespace Nexus.Sessions;

/// <summary>The step between a session as a caller knows it and as a store holds it: checked, sealed, and back.</summary>
internal sealed class SessionSealing(Sealer sealer, DocumentSealer documents)
{
    /// <summary>The longest secret, in characters: PEM keys of 4096 bits fit with room.</summary>
    private const int MaxSecretLength = 16 * 1024;

    /// <summary>The longest sealed value, in characters: the text in UTF-8, what sealing adds, in base64.</summary>
    private static readonly int MaxSealedLength = SealedFormat.TextLength((4 * MaxSecretLength) + SealedFormat.Overhead);

    /// <summary>Members that one thread seals in a row: far more work than handing them over is.</summary>
    private const int MembersAPart = 256;

    public Session FromRow(SessionRow row)
    {
        return new Session(
            ChatId.FromStore(row.ChatId),
            Secret.FromStore(row.ApiKey, sealer, Place(row.ChatId, "api_key")),
            Secret.FromStore(row.ApiSecret, sealer, Place(row.ChatId, "api_secret")),
            StateJson.FromStore(row.Config, documents, Place(row.ChatId, "config"), row.ConfigFacts))
        {
            Version = row.Version,
            UpdatedAt = row.UpdatedAt,
        };
    }

    /// <summary>A session as it was saved, of a write whose config was checked here and has no mask.</summary>
    public Session FromWrite(SaveSession write, WriteReceipt receipt)
    {
        var row = new SessionRow(write.ChatId, write.ApiKey.Value, write.ApiSecret.Value, write.Config, receipt.Version, receipt.At);
        // Whatever is a secret was sealed a moment ago.
        row.ConfigFacts.HasNothingToMask = !DocumentSealer.ContainsSealed(write.Config.Span);
        return FromRow(row);
    }

    public SaveSession ToWrite(Session session, long? expectedVersion, KeepSecrets keep)
    {
        if ((keep & ~(KeepSecrets.ApiKey | KeepSecrets.ApiSecret)) != KeepSecrets.None)
            throw new NexusValidationException("keep", "must be ApiKey, ApiSecret or both");
        var chatId = session.ChatId.Value;
        return new SaveSession(
            chatId,
            keep.HasFlag(KeepSecrets.ApiKey) ? SealedField.Keep : Seal(session.ApiKey, chatId, "api_key", "apiKey"),
            keep.HasFlag(KeepSecrets.ApiSecret) ? SealedField.Keep : Seal(session.ApiSecret, chatId, "api_secret", "apiSecret"),
            documents.AcceptState(Place(chatId, "config"), Validation.Given("config", session.Config), StateRules.Config),
            expectedVersion);
    }

    /// <summary>All members, sealed on every processor: for ten thousand it takes about as long as the database needs to write them.</summary>
    public SaveSession[] ToBatch(IReadOnlyList<SessionSave> sessions)
    {
        var writes = new SaveSession[sessions.Count];
        var refusals = new NexusValidationException?[(writes.Length + MembersAPart - 1) / MembersAPart];
        if (refusals.Length > 1) Parallel.For(0, refusals.Length, part => refusals[part] = SealPart(sessions, writes, part));
        else if (refusals.Length == 1) refusals[0] = SealPart(sessions, writes, 0);
        // The first in the caller's order, whichever was found first.
        if (Array.Find(refusals, refusal => refusal is not null) is { } first) throw first;
        RefuseRepeated(writes);
        return writes;
    }

    public byte[] SealPatch(ChatId chatId, StateJson patch) => documents.AcceptState(Place(chatId.Value, "config"), patch, StateRules.Config);

    private NexusValidationException? SealPart(IReadOnlyList<SessionSave> sessions, SaveSession[] writes, int part)
    {
        for (var i = part * MembersAPart; i < Math.Min(writes.Length, (part + 1) * MembersAPart); i++)
        {
            try
            {
                if (sessions[i]?.Session is null) return new NexusValidationException($"sessions[{i}]", "is required");
                writes[i] = ToWrite(sessions[i].Session, expectedVersion: null, sessions[i].Keep);
            }
            catch (NexusValidationException error)
            {
                return error.Within($"sessions[{i}]");
            }
        }
        return null;
    }

    private static void RefuseRepeated(SaveSession[] writes)
    {
        var seen = new Dictionary<string, int>(writes.Length, StringComparer.Ordinal);
        for (var i = 0; i < writes.Length; i++)
        {
            if (seen.TryAdd(writes[i].ChatId, i)) continue;
            throw new NexusValidationException("chatId",
                $"is the same as that of sessions[{seen[writes[i].ChatId]}]; a batch may contain each chat only once").Within($"sessions[{i}]");
        }
    }

    private SealedField Seal(Secret? secret, string chatId, string column, string field)
    {
        if (secret is null) return SealedField.Set(null);
        var value = secret.Ciphertext ?? secret.Reveal();
        if (value.Length == 0) return SealedField.Set(null);
        if (secret.Ciphertext is not null && !Sealer.IsSealed(value)) throw new NexusValidationException(field, DocumentSealer.PlainStored);
        // A sealed value is longer than its text, whose length was looked at when it was sealed.
        Validation.Text(field, value, value.StartsWith(SealedFormat.Prefix, StringComparison.Ordinal) ? MaxSealedLength : MaxSecretLength);
        // Its secret replaces it before the write is sent.
        if (secret.Ciphertext is null && MaskText.IsMask(value)) return SealedField.Set(value);
        return SealedField.Set(sealer.Accept(Place(chatId, column), value, field));
    }

    internal static SealContext Place(string chatId, string field) => new(SessionRow.Table.Name, chatId, field);
}
