using System.Runtime.CompilerServices;
using Nexus.Chats;
using Nexus.Errors;

namespace Nexus.Dispatch;

/// <summary>Selects the recipients of signals: from the index in memory where it may serve, otherwise by a query of the store.</summary>
/// <param name="store">Asked where the index cannot tell.</param>
/// <param name="indexer">Keeps the index.</param>
/// <param name="owners">Chats that have access without a user.</param>
/// <param name="isOn">Whether the bot's switches let a signal pass: its strategy, its group and its symbol.</param>
/// <param name="clock">Measures how old a selection is.</param>
internal sealed class SignalDispatcher(
    IDispatchReader store, DispatchIndexer indexer, IReadOnlySet<string> owners, Func<DispatchQuery, CancellationToken, ValueTask<bool>> isOn,
    TimeProvider clock) : IAsyncDisposable
{
    private const int MaxModes = 32;

    private const int LargeChats = 1_000;

    /// <summary>A block that is older is selected again: subscriptions end while a caller is slow.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMilliseconds(100);

    private long _fromIndex;
    private long _fromStore;
    private long _switchedOff;

    /// <summary>Signals so far: served from the index, by the store, and those that the bot's switches stopped.</summary>
    public (long FromIndex, long FromStore, long SwitchedOff) Signals =>
        (Interlocked.Read(ref _fromIndex), Interlocked.Read(ref _fromStore), Interlocked.Read(ref _switchedOff));

    public DispatchIndexStatus IndexStatus => indexer.Status;

    /// <exception cref="NexusValidationException">A name exceeds a limit.</exception>
    public IAsyncEnumerable<SignalRecipient> DispatchAsync(Signal signal, CancellationToken cancellationToken) =>
        DispatchAsync(Check(signal), cancellationToken);

    public ValueTask DisposeAsync() => indexer.DisposeAsync();

    private DispatchQuery Check(Signal signal)
    {
        if (signal.Modes is { Count: 0 or > MaxModes })
            throw new NexusValidationException("modes", $"must be 1 to {MaxModes} modes; leave it out for any mode");
        return new DispatchQuery(
            Validation.Label("strategy", signal.Strategy, Validation.MaxNameLength),
            Validation.OptionalLabel("group", signal.Group, Validation.MaxNameLength),
            Validation.OptionalLabel("symbol", signal.Symbol, Validation.MaxSymbolLength),
            [.. (signal.Modes ?? []).Select((mode, i) => Validation.Text($"modes[{i}]", mode, 100))],
            owners);
    }

    private async IAsyncEnumerable<SignalRecipient> DispatchAsync(
        DispatchQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!await isOn(query, cancellationToken).ConfigureAwait(false))
        {
            Interlocked.Increment(ref _switchedOff);
            yield break;
        }
        if (indexer.TryUse() is not { } index)
        {
            Interlocked.Increment(ref _fromStore);
            await foreach (var recipient in store.DispatchAsync(query, cancellationToken).ConfigureAwait(false)) yield return recipient;
            yield break;
        }
        Interlocked.Increment(ref _fromIndex);
        HashSet<int> deferred = [];
        var block = new SelectedBlock();
        var position = 0;
        var isWhole = true;
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            // The bot's switches stop a signal that is on its way.
            if (position > 0 && !await isOn(query, cancellationToken).ConfigureAwait(false)) yield break;
            var place = 0;
            var selected = clock.GetTimestamp();
            isWhole = indexer.MayServe(index) && index.TrySelect(query, position, block, deferred);
            while (isWhole && place < block.Count)
            {
                if (index.Version != block.Version || clock.GetElapsedTime(selected) > MaxAge || !indexer.MayServe(index))
                {
                    // Something changed since: the rest of the block is selected again.
                    if (!await isOn(query, cancellationToken).ConfigureAwait(false)) yield break;
                    position = block.SlotAt(place);
                    (place, selected) = (0, clock.GetTimestamp());
                    isWhole = indexer.MayServe(index) && index.TrySelect(query, position, block, deferred);
                    continue;
                }
                yield return block.At(place++);
            }
            if (isWhole) position = block.End;
        }
        while (isWhole && !block.IsLast);

        if (!isWhole || index.Resolve(query, deferred, position) is not { } open)
        {
            await foreach (var recipient in GoOnAsync(query, index, position, deferred, cancellationToken).ConfigureAwait(false))
                yield return recipient;
            yield break;
        }
        foreach (var recipient in open.Recipients) yield return recipient;
        if (open.Changed.Count > 0)
        {
            await foreach (var (row, age) in indexer.ReadAsync(index, open.Changed, cancellationToken).ConfigureAwait(false))
            {
                if (DispatchRule.Allows(row, query, age)) yield return new SignalRecipient(ChatId.FromStore(row.ChatId), row.Mode);
            }
        }
        foreach (var chats in open.Large.Chunk(LargeChats))
        {
            await foreach (var recipient in store.DispatchAsync(query with { ChatIds = chats }, cancellationToken).ConfigureAwait(false))
                yield return recipient;
        }
    }

    /// <summary>
    /// The index may no longer serve: the store goes on, without the chats that were passed already. A stale index keeps its slots as they are.
    /// </summary>
    private async IAsyncEnumerable<SignalRecipient> GoOnAsync(
        DispatchQuery query, DispatchIndex index, int position, HashSet<int> deferred, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var recipient in store.DispatchAsync(query, cancellationToken).ConfigureAwait(false))
        {
            var slot = index.Find(recipient.ChatId.Value);
            if (slot < 0 || slot >= position || deferred.Contains(slot)) yield return recipient;
        }
    }
}
