using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Sessions;

/// <summary>Sessions that were read with masks and are saved again.</summary>
internal static class SessionMasks
{
    public static bool MayHold(SaveSession write) => MaskText.MayBeIn(write.Config.Span) || IsMask(write.ApiKey) || IsMask(write.ApiSecret);

    /// <summary>
    /// The save with the secrets that its masks stand for, over the version that they were taken from; as it is where it holds no mask.
    /// </summary>
    /// <exception cref="NexusValidationException">A mask stands for nothing in the stored session.</exception>
    public static SaveSession Resolve(DocumentSealer documents, SaveSession write, SessionRow? stored)
    {
        var record = Of(documents, stored);
        var config = record.Resolve(Place(write.ChatId, "config"), write.Config, StateRules.Config);
        if (config is null && !IsMask(write.ApiKey) && !IsMask(write.ApiSecret)) return write;
        return write with
        {
            ApiKey = Resolve(record, write.ApiKey, Place(write.ChatId, "api_key"), "apiKey"),
            ApiSecret = Resolve(record, write.ApiSecret, Place(write.ChatId, "api_secret"), "apiSecret"),
            Config = config ?? write.Config,
            ExpectedVersion = write.ExpectedVersion ?? stored?.Version ?? 0,
        };
    }

    /// <summary>The same of a patch.</summary>
    /// <exception cref="NexusValidationException">A mask stands for nothing in the stored session.</exception>
    public static PatchSessionConfig Resolve(DocumentSealer documents, PatchSessionConfig write, SessionRow? stored) =>
        Of(documents, stored).Resolve(Place(write.ChatId, "config"), write.Patch, StateRules.Config) is { } patch
            ? write with { Patch = patch, ExpectedVersion = write.ExpectedVersion ?? stored?.Version ?? 0 }
            : write;

    private static MaskedRecord Of(DocumentSealer documents, SessionRow? stored)
    {
        var record = new MaskedRecord(documents);
        if (stored is null) return record;
        return record.Add(Place(stored.ChatId, "api_key"), stored.ApiKey).Add(Place(stored.ChatId, "api_secret"), stored.ApiSecret)
            .Add(Place(stored.ChatId, "config"), stored.Config);
    }

    private static bool IsMask(SealedField field) => field.Value is { } value && MaskText.IsMask(value);

    private static SealedField Resolve(MaskedRecord record, SealedField field, SealContext place, string name) =>
        field.IsKept ? field : SealedField.Set(record.ResolveValue(place, field.Value, name));

    private static SealContext Place(string chatId, string field) => new("sessions", chatId, field);
}
