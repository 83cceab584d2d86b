using System.Runtime.CompilerServices;
using Nexus.ApiKeys;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.KeyedState;
using Nexus.Secrets;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Trades;

namespace Nexus.Operations.Keys;

/// <summary>The sealed values of one record.</summary>
/// <param name="Opened">The key id of each value that can be opened.</param>
/// <param name="Faults">Values that cannot be opened or are in plain text.</param>
internal sealed record SealedRecord(IReadOnlyList<string> Opened, IReadOnlyList<UnreadableValue> Faults);

/// <summary>The document of a trade.</summary>
/// <param name="ChatId">The trade's chat.</param>
/// <param name="Id">The trade's id.</param>
/// <param name="Metadata">The document.</param>
internal sealed record TradeDocument(string ChatId, Guid Id, ReadOnlyMemory<byte> Metadata);

/// <summary>Enumerates the sealed values of a store, one record at a time, in constant memory.</summary>
/// <param name="store">The store.</param>
/// <param name="sealer">Opens the values.</param>
/// <param name="tradeDocuments">The trades' documents that may hold sealed values; null to read every trade of the store.</param>
internal sealed class SealedValues(IStateReader store, Sealer sealer, IAsyncEnumerable<TradeDocument>? tradeDocuments = null)
{
    private readonly DocumentSealer _documents = new(sealer);

    public async IAsyncEnumerable<SealedRecord> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in store.ListSessionsAsync(new(), cancellationToken).ConfigureAwait(false))
        {
            yield return Look(look =>
            {
                look.Column(new SealContext("sessions", row.ChatId, "api_key"), row.ApiKey);
                look.Column(new SealContext("sessions", row.ChatId, "api_secret"), row.ApiSecret);
                look.Document(new SealContext("sessions", row.ChatId, "config"), row.Config);
            });
        }
        var state = await store.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
        yield return Look(look =>
        {
            look.Document(BotStatePlace("enabled_strategies"), state.Strategies);
            look.Document(BotStatePlace("group_config"), state.Groups);
        });
        await foreach (var row in store.ListUsersAsync(null, cancellationToken).ConfigureAwait(false))
        {
            yield return Look(look => look.Document(new SealContext("users", row.ChatId, "enabled_groups"), row.Groups));
        }
        await foreach (var row in store.ListSystemConfigAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return Look(look => look.Setting(row));
        }
        yield return await ReadApiKeysAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var trade in (tradeDocuments ?? ReadTradesAsync(cancellationToken)).WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            yield return Look(look => look.Document(TradeSealing.Place(trade.ChatId, trade.Id), trade.Metadata));
        }
        await foreach (var row in store.ListKeyedStateAsync(new StateRange(), cancellationToken).ConfigureAwait(false))
        {
            yield return Look(look => look.Document(StateKey.Place(row.Id), row.Value));
        }
    }

    private async IAsyncEnumerable<TradeDocument> ReadTradesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in store.ListTradesAsync(new TradeQuery(), cancellationToken).ConfigureAwait(false))
            yield return new TradeDocument(row.ChatId, row.Id, row.Metadata);
    }

    public static SealContext BotStatePlace(string column) => new("bot_state", "1", column);

    /// <summary>Finds records of API keys that can be opened but are not accepted.</summary>
    private async Task<SealedRecord> ReadApiKeysAsync(CancellationToken cancellationToken)
    {
        var set = await new ApiKeyVault(store, writer: null, sealer).ReadAsync(cancellationToken).ConfigureAwait(false);
        return new SealedRecord([], [.. set.Faults.Where(fault => fault.Record is not null)
            .Select(fault => new UnreadableValue($"system_config/{fault.Setting}", null, fault.Reason))]);
    }

    private SealedRecord Look(Action<Looker> look)
    {
        var looker = new Looker(sealer, _documents);
        look(looker);
        return new SealedRecord(looker.Opened, looker.Faults);
    }

    private sealed class Looker(Sealer sealer, DocumentSealer documents)
    {
        public List<string> Opened { get; } = [];

        public List<UnreadableValue> Faults { get; } = [];

        public void Column(SealContext place, string? value)
        {
            if (!string.IsNullOrEmpty(value)) Value(place, value);
        }

        public void Document(SealContext place, ReadOnlyMemory<byte> json)
        {
            foreach (var fault in documents.FindFaults(place, json.Span, Opened.Add))
                Faults.Add(new UnreadableValue($"{place}{fault.Pointer}", fault.KeyId, fault.Reason));
        }

        public void Setting(SystemConfigRow row)
        {
            if (!ReservedSettings.IsReserved(row.Key)) Document(NexusSystemConfig.Place(row.Key), row.Value);
            else if (ReservedSettings.SealedTextOf(row.Value.Span) is { } ciphertext) Value(ReservedSettings.Place(row.Key), ciphertext);
            else Faults.Add(new UnreadableValue($"system_config/{row.Key}/value",
                null, "is not one sealed record: something other than Nexus wrote it"));
        }

        private void Value(SealContext place, string ciphertext)
        {
            try
            {
                sealer.Open(place, ciphertext);
                Opened.Add(Sealer.KeyIdOf(ciphertext)!);
            }
            catch (SecretUnreadableException error)
            {
                Faults.Add(KeyInspection.ToReport(error));
            }
        }
    }
}
