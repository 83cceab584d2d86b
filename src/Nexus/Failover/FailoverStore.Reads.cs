using System.Runtime.CompilerServices;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Failover;

/// <summary>Reads: from PostgreSQL, or from the copy while it is away.</summary>
internal sealed partial class FailoverStore
{
    public async Task<IReadOnlyList<SessionRow>> GetSessionsAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) => CheckFound(
        await ReadAsync((store, token) => store.GetSessionsAsync(chatIds, token), cancellationToken).ConfigureAwait(false), SessionRow.Table, chatIds, row => row.ChatId);

    public IAsyncEnumerable<SessionRow> ListSessionsAsync(SessionQuery query, CancellationToken cancellationToken) =>
        StreamAsync((store, token) => store.ListSessionsAsync(query, token), cancellationToken);

    public async Task<IReadOnlyList<UserRow>> GetUsersAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) => CheckFound(
        await ReadAsync((store, token) => store.GetUsersAsync(chatIds, token), cancellationToken).ConfigureAwait(false), UserRow.Table, chatIds, row => row.ChatId);

    public async Task<IReadOnlyList<AccessRow>> GetAccessAsync(IReadOnlyCollection<string> chatIds, CancellationToken cancellationToken) => CheckFound(
        await ReadAsync((store, token) => store.GetAccessAsync(chatIds, token), cancellationToken).ConfigureAwait(false), UserRow.Table, chatIds, row => row.ChatId);

    public IAsyncEnumerable<UserRow> ListUsersAsync(string? after, CancellationToken cancellationToken) =>
        StreamAsync((store, token) => store.ListUsersAsync(after, token), cancellationToken);

    public Task<BotStateRow> GetBotStateAsync(CancellationToken cancellationToken) => ReadAsync((store, token) => store.GetBotStateAsync(token), cancellationToken);

    public async Task<SystemConfigRow?> GetSystemConfigAsync(string key, CancellationToken cancellationToken) => CheckFound(
        await ReadAsync((store, token) => store.GetSystemConfigAsync(key, token), cancellationToken).ConfigureAwait(false), new WriteKey(SystemConfigRow.Table, key));

    public IAsyncEnumerable<SystemConfigRow> ListSystemConfigAsync(CancellationToken cancellationToken) =>
        StreamAsync((store, token) => store.ListSystemConfigAsync(token), cancellationToken);

    public async Task<IReadOnlyList<TradeRow>> FindTradesAsync(Guid id, string? chatId, DateTimeOffset? entryTimestamp, CancellationToken cancellationToken)
    {
        var rows = await ReadAsync((store, token) => store.FindTradesAsync(id, chatId, entryTimestamp, token), cancellationToken).ConfigureAwait(false);
        CheckFound(rows.Count == 0 ? null : rows[0], new WriteKey(TradeRow.Table, id.ToString()));
        return rows;
    }

    public IAsyncEnumerable<TradeRow> ListTradesAsync(TradeQuery query, CancellationToken cancellationToken) =>
        StreamAsync((store, token) => store.ListTradesAsync(query, token), cancellationToken);

    public Task<TradePerformance> GetPerformanceAsync(string? chatId, int? days, CancellationToken cancellationToken) =>
        ReadAsync((store, token) => store.GetPerformanceAsync(chatId, days, token), cancellationToken);

    public Task<string?> GetMetaAsync(string name, CancellationToken cancellationToken) => ReadAsync((store, token) => store.GetMetaAsync(name, token), cancellationToken);

    public async Task SetMetaAsync(string name, string value, CancellationToken cancellationToken)
    {
        await _remote.SetMetaAsync(name, value, cancellationToken).ConfigureAwait(false);
        await _local.SetMetaAsync(name, value, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Also kept in the copy, so that a start without PostgreSQL knows it.</summary>
    public async Task<string> GetOrAddMetaAsync(string name, string value, CancellationToken cancellationToken)
    {
        if (!_isRemoteOpen) return await _local.GetOrAddMetaAsync(name, value, cancellationToken).ConfigureAwait(false);
        try
        {
            var stored = await _remote.GetOrAddMetaAsync(name, value, cancellationToken).ConfigureAwait(false);
            await _local.SetMetaAsync(name, stored, cancellationToken).ConfigureAwait(false);
            return stored;
        }
        catch (StoreUnavailableException error) when (error.Reason != StoreUnavailableReason.Stopped)
        {
            await LeaveAsync(error).ConfigureAwait(false);
            return await _local.GetOrAddMetaAsync(name, value, cancellationToken).ConfigureAwait(false);
        }
    }

    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken) => ReadAsync((store, token) => store.GetTimeAsync(token), cancellationToken);

    public async Task<StoreStatus> GetStatusAsync(CancellationToken cancellationToken)
    {
        var status = await ReadAsync((store, token) => store.GetStatusAsync(token), cancellationToken).ConfigureAwait(false);
        return status.Kind == Kind ? status : status with { Kind = Kind, Location = $"{_remote.Location}, which does not answer; local copy {status.Location}" };
    }

    private async Task<T> ReadAsync<T>(Func<IStore, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        if (_availability.Outage is null)
        {
            var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var call = _access.CallAsync(token => read(_remote, token), giveUp.Token);
            try
            {
                return await call.WaitAsync(_patience, _clock, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!call.IsCompleted)
            {
                // A query may be slow on a server that is well.
                if (await AnswersAsync(cancellationToken).ConfigureAwait(false)) return await call.ConfigureAwait(false);
                await giveUp.CancelAsync().ConfigureAwait(false);
                await LeaveAsync(new StoreUnavailableException(StoreUnavailableReason.TimedOut, $"PostgreSQL did not answer a read within {_patience.TotalSeconds:0.#} s")).ConfigureAwait(false);
            }
            catch (StoreUnavailableException error) when (error.Reason != StoreUnavailableReason.Stopped)
            {
                if (error.Reason == StoreUnavailableReason.TimedOut && await AnswersAsync(cancellationToken).ConfigureAwait(false)) throw;
                await LeaveAsync(error).ConfigureAwait(false);
            }
            finally
            {
                RemoteWrites.Leave(call, giveUp);
            }
        }
        return await (await LocalAsync(cancellationToken).ConfigureAwait(false) is { } local ? read(local, cancellationToken) : read(_remote, cancellationToken)).ConfigureAwait(false);
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _remote.GetTimeAsync(cancellationToken).WaitAsync(_patience, _clock, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is NexusException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>A stream that has begun ends where it began: with an error where that one goes away.</summary>
    private async IAsyncEnumerable<T> StreamAsync<T>(Func<IStore, CancellationToken, IAsyncEnumerable<T>> read, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var store = await LocalAsync(cancellationToken).ConfigureAwait(false);
        var rows = read(store ?? _remote, cancellationToken).GetAsyncEnumerator(cancellationToken);
        try
        {
            bool any;
            try
            {
                any = await rows.MoveNextAsync().ConfigureAwait(false);
            }
            catch (StoreUnavailableException error) when (store is null && error.Reason != StoreUnavailableReason.Stopped)
            {
                if (error.Reason == StoreUnavailableReason.TimedOut && await AnswersAsync(cancellationToken).ConfigureAwait(false)) throw;
                await LeaveAsync(error).ConfigureAwait(false);
                await rows.DisposeAsync().ConfigureAwait(false);
                rows = read(_local, cancellationToken).GetAsyncEnumerator(cancellationToken);
                any = await rows.MoveNextAsync().ConfigureAwait(false);
            }
            for (; any; any = await rows.MoveNextAsync().ConfigureAwait(false)) yield return rows.Current;
        }
        finally
        {
            await rows.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The copy, once it is ready; null while PostgreSQL serves.</summary>
    private async Task<IStore?> LocalAsync(CancellationToken cancellationToken)
    {
        if (_availability.Outage is not { } absence) return null;
        await absence.Ready.WaitAsync(cancellationToken).ConfigureAwait(false);
        return _local;
    }

    // What an incomplete copy lacks may well exist: to say that it does not would be a guess.
    private IReadOnlyList<T> CheckFound<T>(IReadOnlyList<T> rows, RecordTable table, IReadOnlyCollection<string> asked, Func<T, string> keyOf)
    {
        if (!_availability.IsAway || rows.Count >= asked.Count) return rows;
        var found = rows.Select(keyOf).ToHashSet(StringComparer.Ordinal);
        return asked.Any(id => !found.Contains(id) && IsGuessing(new WriteKey(table, id))) ? throw SpoolWriter.CopyIncomplete() : rows;
    }

    private T? CheckFound<T>(T? row, WriteKey key)
        where T : class => row is null && IsGuessing(key) ? throw SpoolWriter.CopyIncomplete() : row;

    private bool IsGuessing(WriteKey key) => _availability.IsAway && (_follower.AsOf is null || _follower.Backlog.IsUncertain(key));
}
