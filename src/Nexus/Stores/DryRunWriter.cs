using System.Diagnostics.CodeAnalysis;
using Nexus.Engine;
using Nexus.Infrastructure;
using Nexus.Trades;

namespace Nexus.Stores;

/// <summary>Validates every write without storing it, so a dry run makes the same checks as an import.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed class DryRunWriter(IStateReader store) : IStateWriter
{
    private readonly ChangeFeed _changes = new(RecordTables.Everything);

    ChangeFeed IStateWriter.Changes => _changes;

    /// <inheritdoc/>
    public async Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken)
    {
        var now = await store.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        var outcomes = new WriteOutcome[writes.Count];
        for (var i = 0; i < outcomes.Length; i++)
            outcomes[i] = await ExistsAsync(writes[i], cancellationToken).ConfigureAwait(false)
                ? new WriteOutcome(WriteStatus.AlreadyApplied, 1, now)
                : WriteOutcome.Applied(1, now);
        return outcomes;
    }

    /// <summary>Whether the trade is stored already.</summary>
    private async Task<bool> ExistsAsync(Write write, CancellationToken cancellationToken)
    {
        if (!write.CreatesRecord || write is not ITradeWrite { Meant: var trade }) return false;
        return await store.FindTradesAsync(trade.Id, trade.ChatId, trade.EntryTimestamp, cancellationToken).ConfigureAwait(false) is { Count: > 0 };
    }
}
