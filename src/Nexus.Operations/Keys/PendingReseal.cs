using System.Runtime.CompilerServices;
using Nexus.BotState;
using Nexus.Engine;
using Nexus.KeyedState;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Keys;

/// <summary>A record that may need resealing, and how to read it again after a concurrent change.</summary>
/// <param name="Write">The write that reseals it; null if nothing is to be done.</param>
/// <param name="ReadAgainAsync">Reads the record again; null if it was deleted.</param>
internal sealed record PendingReseal(Write? Write, Func<CancellationToken, Task<PendingReseal?>> ReadAgainAsync)
{
    /// <summary>Enumerates the records with sealed values, in constant memory.</summary>
    /// <param name="store">The store.</param>
    /// <param name="seal">Creates the write that seals a record. The flag tells whether the record is read for the first time.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async IAsyncEnumerable<PendingReseal> ReadAllAsync(
        IStateReader store, IRecordSealer seal, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in store.ListSessionsAsync(new(), cancellationToken).ConfigureAwait(false))
            yield return Of(row, seal.Seal, async (old, token) =>
                await store.GetSessionsAsync([old.ChatId], token).ConfigureAwait(false) is [var now] ? now : null);
        await foreach (var row in store.ListSystemConfigAsync(cancellationToken).ConfigureAwait(false))
            yield return Of(row, seal.Seal, (old, token) => store.GetSystemConfigAsync(old.Key, token));
        await foreach (var row in store.ListTradesAsync(new(), cancellationToken).ConfigureAwait(false))
            yield return Of(row, seal.Seal, async (old, token) =>
                await store.FindTradesAsync(old.Id, old.ChatId, old.EntryTimestamp, token).ConfigureAwait(false) is [var now] ? now : null);
        await foreach (var row in store.ListUsersAsync(after: null, cancellationToken).ConfigureAwait(false))
            yield return Of(row, seal.Seal, async (old, token) =>
                await store.GetUsersAsync([old.ChatId], token).ConfigureAwait(false) is [var now] ? now : null);
        await foreach (var row in store.ListKeyedStateAsync(new(), cancellationToken).ConfigureAwait(false))
            yield return Of(row, seal.Seal, (old, token) => store.GetKeyedStateAsync(old.Id, token));
        var state = await store.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
        yield return Of(state, seal.Seal, async (_, token) => await store.GetBotStateAsync(token).ConfigureAwait(false));
    }

    private static PendingReseal Of<TRow>(
        TRow row, Func<TRow, bool, Write?> seal, Func<TRow, CancellationToken, Task<TRow?>> read, bool isFirst = true)
        where TRow : class =>
        new(seal(row, isFirst), async token => await read(row, token).ConfigureAwait(false) is { } now ? Of(now, seal, read, isFirst: false) : null);
}

/// <summary>Creates the write that seals a record; null if nothing is to be done.</summary>
internal interface IRecordSealer
{
    Write? Seal(SessionRow row, bool isFirst);

    Write? Seal(SystemConfigRow row, bool isFirst);

    Write? Seal(TradeRow row, bool isFirst);

    Write? Seal(UserRow row, bool isFirst);

    Write? Seal(BotStateRow row, bool isFirst);

    Write? Seal(KeyedStateRow row, bool isFirst);
}
