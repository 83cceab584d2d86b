using System.Globalization;
using System.Security.Cryptography;
using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.KeyedState;
using Nexus.Sessions;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Subscriptions;

/// <summary>
/// Erases a chat through the write queue, so that every instance, cache, replica and listener hears of it. The keys go first. What an interrupted
/// call leaves, the next one erases.
/// </summary>
internal sealed class ChatErasure(
    ISessionReader sessions, IUserReader users, IKeyedStateReader state, ITaskReader tasks, ICalibrationReader calibrations, ITradeReader trades,
    WriteQueue queue)
{
    /// <summary>Removes the entries of a chat from the history of changes.</summary>
    public Func<ChatId, bool, CancellationToken, Task<long>>? ForgetHistory { get; set; }

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
        var jobs = await ListAsync(tasks.ListTasksAsync(new TaskQuery(id), cancellationToken), task => task.Id).ConfigureAwait(false);
        var tuned = await ListAsync(calibrations.ListCalibrationsAsync(id, after: null, limit: null, cancellationToken), row => row.Id)
            .ConfigureAwait(false);
        if (isPreview)
        {
            var (all, open) = await CountTradesAsync(id, cancellationToken).ConfigureAwait(false);
            var entries = ForgetHistory is { } count ? await count(chat, true, cancellationToken).ConfigureAwait(false) : 0;
            return new ForgottenChat(chat, session.Count, user.Count, keys.Count, jobs.Count, tuned.Count, entries, all, open, null);
        }

        var removed = await RemoveAsync(
            [
                [.. session.Select(_ => new DeleteSession(id, ExpectedVersion: null))],
                [.. user.Select(_ => new RemoveUser(id, ExpectedVersion: null))],
                [.. keys.Select(key => new RemoveKeyedState(key, ExpectedVersion: null))],
                [.. jobs.Select(job => new RemoveTask(job, ExpectedVersion: null))],
                [.. tuned.Select(key => new RemoveCalibration(key, ExpectedVersion: null))],
            ], cancellationToken).ConfigureAwait(false);
        var pseudonym = ChatId.Parse(NewPseudonym(id));
        var (disowned, stillOpen) = await DisownAsync(id, pseudonym, cancellationToken).ConfigureAwait(false);
        // Last, since the removals above are changes, too.
        var history = ForgetHistory is { } forget ? await forget(chat, false, cancellationToken).ConfigureAwait(false) : 0;
        return new ForgottenChat(
            chat, removed[0], removed[1], removed[2], removed[3], removed[4], history, disowned, stillOpen, disowned > 0 ? pseudonym : null);
    }

    private async Task<int[]> RemoveAsync(Write[][] kinds, CancellationToken cancellationToken)
    {
        var removed = new int[kinds.Length];
        for (var kind = 0; kind < kinds.Length; kind++)
        {
            foreach (var some in kinds[kind].Chunk(BatchSize))
                removed[kind] += (await ApplyAsync(some, cancellationToken).ConfigureAwait(false)).Count(outcome => outcome.IsApplied);
        }
        return removed;
    }

    private static async Task<List<T>> ListAsync<TRow, T>(IAsyncEnumerable<TRow> rows, Func<TRow, T> select)
    {
        List<T> list = [];
        await foreach (var row in rows.ConfigureAwait(false)) list.Add(select(row));
        return list;
    }

    /// <summary>
    /// No id of a chat has so many digits: Telegram's have at most 64 bits. It is of the same bucket, so that the trades stay where they are.
    /// </summary>
    private static string NewPseudonym(string chat)
    {
        var bucket = ChatBucket.Of(chat);
        while (true)
        {
            var prefix = $"9{new string([.. Enumerable.Range(0, 23).Select(_ => (char)('0' + RandomNumberGenerator.GetInt32(10)))])}";
            // One number in 4,096 fits.
            for (int n = 0, first = RandomNumberGenerator.GetInt32(1_000_000); n < 1_000_000; n++)
            {
                var pseudonym = string.Create(CultureInfo.InvariantCulture, $"{prefix}{(first + n) % 1_000_000:000000}");
                if (ChatBucket.Of(pseudonym) == bucket) return pseudonym;
            }
        }
    }

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
