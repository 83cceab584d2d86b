using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Failover;

/// <summary>
/// Looks at a write that comes out of the outbox: the file may have been changed by somebody who has no encryption key. Nothing in plain text or
/// sealed for another place is replayed, and nothing is set under the reserved names.
/// </summary>
internal sealed class SpooledWriteCheck(Sealer sealer)
{
    /// <summary>The code of the quarantine.</summary>
    public const string Code = "not_sealed";

    private readonly DocumentSealer _documents = new(sealer);

    /// <summary>The ring that also authenticates the rows.</summary>
    public KeyRing Keys => sealer.Keys;

    /// <summary>Why the write must not be replayed; null for none.</summary>
    public string? FindFault(Write write) => write switch
    {
        SaveSession save => Fault(save.ChatId, "api_key", save.ApiKey) ?? Fault(save.ChatId, "api_secret", save.ApiSecret) ?? Fault(new SealContext("sessions", save.ChatId, "config"), save.Config),
        PatchSessionConfig patch => Fault(new SealContext("sessions", patch.ChatId, "config"), patch.Patch),
        SaveUser { Groups: { } groups } save => Fault(new SealContext("users", save.ChatId, "enabled_groups"), groups),
        ChangeBotState change => Fault(new SealContext("bot_state", "1", "enabled_strategies"), change.Strategies) ?? Fault(new SealContext("bot_state", "1", "group_config"), change.Groups),
        SetSystemConfig set when !CanBeSpooled(set) => $"{set.ConfigKey} is reserved, and nothing is set there by way of the outbox",
        SetSystemConfig set => Fault(NexusSystemConfig.Place(set.ConfigKey), set.Value),
        OpenTrade open => Fault(TradeSealing.Place(open.Trade.ChatId, open.Trade.Id), open.Trade.Metadata),
        _ => null,
    };

    /// <summary>Whether a write may go into the outbox. API keys are made only in the store itself, with its index.</summary>
    public static bool CanBeSpooled(Write write) => write is not SetSystemConfig set || !ReservedSettings.IsReserved(set.ConfigKey);

    private string? Fault(string chatId, string column, SealedField field)
    {
        if (field.IsKept || string.IsNullOrEmpty(field.Value)) return null;
        try
        {
            sealer.Open(new SealContext("sessions", chatId, column), field.Value);
            return null;
        }
        catch (SecretUnreadableException error)
        {
            return error.Message;
        }
    }

    private string? Fault(SealContext place, ReadOnlyMemory<byte>? json)
    {
        if (json is not { } document) return null;
        try
        {
            return _documents.FindFault(place, document.Span) is { } fault ? $"{place}{fault.Pointer}: {fault.Reason}" : null;
        }
        catch (System.Text.Json.JsonException)
        {
            return $"{place}: is not JSON";
        }
    }
}
