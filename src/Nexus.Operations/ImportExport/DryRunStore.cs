using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.ImportExport;

/// <summary>A store that is read as it is and takes every write without keeping it: what an import would do, with every check that it makes.</summary>
internal sealed class DryRunStore(IStore store) : IStore
{
    public string Kind => store.Kind;

    public ChangeFeed Changes => store.Changes;

    public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken)
    {
        var now = await store.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        var outcomes = new WriteOutcome[writes.Count];
        for (var i = 0; i < outcomes.Length; i++)
        {
            var isThere = writes[i] is OpenTrade { Trade: var trade } && await store.FindTradesAsync(trade.Id, trade.ChatId, trade.EntryTimestamp, cancellationToken).ConfigureAwait(false) is { Count: > 0 };
            outcomes[i] = isThere ? new WriteOutcome(WriteStatus.AlreadyApplied, 1, now) : WriteOutcome.Applied(1, now);
        }
        return outcomes;
    }

    public Task<IReadOnlyList<SessionRow>> GetSessionsAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) => store.GetSessionsAsync(chatIds, cancellationToken);

    public IAsyncEnumerable<SessionRow> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken) => store.ListSessionsAsync(query, cancellationToken);

    public Task<IReadOnlyList<UserRow>> GetUsersAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) => store.GetUsersAsync(chatIds, cancellationToken);

    public Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) => store.GetAccessAsync(chatIds, cancellationToken);

    public IAsyncEnumerable<UserRow> ListUsersAsync(string? after, CancellationToken cancellationToken) => store.ListUsersAsync(after, cancellationToken);

    public Task<BotStateRow> GetBotStateAsync(CancellationToken cancellationToken) => store.GetBotStateAsync(cancellationToken);

    public Task<SystemConfigRow?> GetSystemConfigAsync(string key, CancellationToken cancellationToken) => store.GetSystemConfigAsync(key, cancellationToken);

    public IAsyncEnumerable<SystemConfigRow> ListSystemConfigAsync(CancellationToken cancellationToken) => store.ListSystemConfigAsync(cancellationToken);

    public Task<IReadOnlyList<TradeRow>> FindTradesAsync(Guid id, string? chatId, DateTimeOffset? entryTimestamp, CancellationToken cancellationToken) =>
        store.FindTradesAsync(id, chatId, entryTimestamp, cancellationToken);

    public IAsyncEnumerable<TradeRow> ListTradesAsync(TradeQuery query, CancellationToken cancellationToken) => store.ListTradesAsync(query, cancellationToken);

    public Task<TradePerformance> GetPerformanceAsync(string? chatId, int? days, CancellationToken cancellationToken) => store.GetPerformanceAsync(chatId, days, cancellationToken);

    public Task<string?> GetMetaAsync(string name, CancellationToken cancellationToken) => store.GetMetaAsync(name, cancellationToken);

    public Task SetMetaAsync(string name, string value, CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task<string> GetOrAddMetaAsync(string name, string value, CancellationToken cancellationToken) => await store.GetMetaAsync(name, cancellationToken).ConfigureAwait(false) ?? value;

    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => store.GetTimeAsync(cancellationToken);

    public Task<StoreStatus> GetStatusAsync(CancellationToken cancellationToken) => store.GetStatusAsync(cancellationToken);

    public ValueTask DisposeAsync() => store.DisposeAsync();
}
