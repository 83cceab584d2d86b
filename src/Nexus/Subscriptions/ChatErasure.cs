using System.Globalization;
using System.Security.Cryptography;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.KeyedState;
using Nexus.Sessions;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Subscriptions;

/// <summary>
/// Erases a chat through the write queue, so that every instance, cache, replica and listener hears of it. The keys go first. What an interrupted
/// call leaves, the next one erases.
/// </summary>
internal sealed class ChatErasure(
    ISessionReader sessions, IUserReader users, IKeyedStateReader state, ITradeReader trades, WriteQueue queue)
{
    private const int BatchSize = 500;

    public async Task<ForgottenChat> RunAsync(ChatId chat, bool isPreview, CancellationToken cancellationToken)
    {
        var id = chat.Value;
        var user = await users.GetUsersAsync([id], cancellationToken).ConfigureAwait(false);
        if (ReplicaRows.SourceOf(user) is not null)
            throw new StoreUnavailableException(
                StoreUnavailableReason.Unreachable, "PostgreSQL is unavailable, and a chat is erased only where its records are: try again later");
        var session = await sessions.GetSessionsAsync([id], cancellationToken).ConfigureAwait(false);
        var keys = await FindStateAsync(id, cancellationToken).ConfigureAwait(false);
        if (isPreview)
        {
            var (all, open) = await CountTradesAsync(id, cancellationToken).ConfigureAwait(false);
            return new ForgottenChat(chat, session.Count, user.Count, keys.Count, all, open, null);
        }

        Write[] removals =
        [
            .. session.Select(_ => new DeleteSession(id, ExpectedVersion: null)), .. user.Select(_ => new RemoveUser(id, ExpectedVersion: null)),
            .. keys.Select(key => new RemoveKeyedState(key, ExpectedVersion: null)),
        ];
        var removed = new List<WriteOutcome>();
        foreach (var some in removals.Chunk(BatchSize)) removed.AddRange(await ApplyAsync(some, cancellationToken).ConfigureAwait(false));
        var pseudonym = ChatId.Parse(NewPseudonym());
        var (disowned, stillOpen) = await DisownAsync(id, pseudonym, cancellationToken).ConfigureAwait(false);
        return new ForgottenChat(
            chat, Applied(0, session.Count), Applied(session.Count, user.Count), Applied(session.Count + user.Count, keys.Count), disowned, stillOpen,
            disowned > 0 ? pseudonym : null);

        int Applied(int from, int count) => removed.Skip(from).Take(count).Count(outcome => outcome.IsApplied);
    }

    /// <summary>No id of a chat has so many digits: Telegram's have at most 64 bits.</summary>
    private static string NewPseudonym() => string.Create(
        CultureInfo.InvariantCulture, $"9{new string([.. Enumerable.Range(0, 29).Select(_ => (char)('0' + RandomNumberGenerator.GetInt32(10)))])}");

    private async Task<List<string>> FindStateAsync(string chat, CancellationToken cancellationToken)
    {
        List<string> keys = [];
        await foreach (var row in state.ListKeyedStateAsync(new StateRange(), cancellationToken).ConfigureAwait(false))
        {
            if (StateKey.Parse(row.Id).IsOfChat(chat)) keys.Add(row.Id);
        }
        return keys;
    }

    private async Task<(int All, int Open)> CountTradesAsync(string chat, CancellationToken cancellationToken)
    {
        var (all, open) = (0, 0);
        await foreach (var trade in trades.ListTradesAsync(new TradeQuery(chat), cancellationToken).ConfigureAwait(false))
        {
            all++;
            if (trade.Status == TradeStatus.Open) open++;
        }
        return (all, open);
    }

    private async Task<(int All, int Open)> DisownAsync(string chat, ChatId pseudonym, CancellationToken cancellationToken)
    {
        var (all, open) = (0, 0);
        while (true)
        {
            List<TradeRow> batch = [];
            await foreach (var trade in trades.ListTradesAsync(new TradeQuery(chat, Limit: BatchSize), cancellationToken).ConfigureAwait(false))
                batch.Add(trade);
            if (batch.Count == 0) return (all, open);
            // One id may name several trades, and a batch holds each record once.
            var unique = batch.DistinctBy(trade => trade.Id).ToList();
            var outcomes = await ApplyAsync(
                [.. unique.Select(trade => new DisownTrade(trade.Id, chat, trade.EntryTimestamp, pseudonym.Value))], cancellationToken)
                .ConfigureAwait(false);
            all += outcomes.Count(outcome => outcome.IsApplied);
            open += unique.Where((trade, n) => trade.Status == TradeStatus.Open && outcomes[n].IsApplied).Count();
        }
    }

    private async Task<WriteOutcome[]> ApplyAsync(Write[] writes, CancellationToken cancellationToken)
    {
        var outcomes = await queue.WriteBatchAsync(writes, atomic: false, cancellationToken).ConfigureAwait(false);
        for (var n = 0; n < outcomes.Length; n++)
        {
            if (outcomes[n].IsSpooled)
                throw new StoreUnavailableException(
                    StoreUnavailableReason.Unreachable, "PostgreSQL became unavailable while a chat was erased: erase it again later");
            // What another caller removed in the meantime is gone all the same.
            if (!outcomes[n].IsApplied && outcomes[n].Status != WriteStatus.NotFound) throw outcomes[n].ToException(writes[n].RecordName);
        }
        return outcomes;
    }
}
