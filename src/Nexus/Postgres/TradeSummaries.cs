using System.Collections.Concurrent;
using System.Data;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>
/// Sums the days of chats with many trades in the background: those whose figures were just made of many trades, and those whose marks have become
/// many. A failure costs nothing but time: figures are then made of the trades.
/// </summary>
internal sealed partial class TradeSummaries(ConnectionPool pool, SchemaNames names, TimeProvider clock, ILogger logger)
{
    /// <summary>From this many trades on, sums are worth their cost: a read takes some tens of milliseconds.</summary>
    public const long FewestTrades = 20_000;

    /// <summary>So many trades of changed days are worth a new sum of these days.</summary>
    public const long FewestStale = 5_000;

    /// <summary>So many changes that nobody has read.</summary>
    private const long ManyMarks = 10_000;

    /// <summary>A chat with years of trades is summed within this time, or not at all.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    /// <summary>A transaction that writes for longer postpones the first sums.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, bool> _wanted = new(StringComparer.Ordinal);

    /// <summary>Considers a chat after its figures were made.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="trades">The trades that were read.</param>
    /// <param name="isSummed">Whether its sums held.</param>
    public void Consider(string chatId, long trades, bool isSummed)
    {
        if (trades >= (isSummed ? FewestStale : FewestTrades)) _wanted.TryAdd(chatId, true);
    }

    /// <summary>Sums the chats that are wanted.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var (chatId, _) in _wanted)
        {
            _wanted.TryRemove(chatId, out _);
            await TryAsync(chatId, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Adds the chats with many marks, of which no read has told, and forgets those without trades.</summary>
    public async Task FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            var connection = await pool.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var close = connection.ConfigureAwait(false);
            using var batch = connection.CreateBatch();
            batch.BatchCommands.Add(ToCommand(PostgresTradeSums.RemoveEmpty));
            batch.BatchCommands.Add(ToCommand(
                PostgresTradeSums.FindMany, new NpgsqlParameter<long> { TypedValue = ManyMarks, NpgsqlDbType = NpgsqlDbType.Bigint }));
            var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var end = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) _wanted.TryAdd(reader.GetString(0), true);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            LogNotFound(logger, error);
        }
    }

    /// <summary>Enters the chat if it is not, and sums what has changed.</summary>
    /// <returns>False where another instance does so at this moment, a long transaction stands in the way, or sums are not possible here.</returns>
    public async Task<bool> SumAsync(string chatId, CancellationToken cancellationToken)
    {
        var pooled = await pool.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var close = pooled.ConfigureAwait(false);
        await RunAsync(pooled, PostgresTradeSums.Enter, [Text(chatId)], cancellationToken).ConfigureAwait(false);
        var entered = await LookAsync(pooled, pooled.CreateBatch(), PostgresTradeSums.Look, chatId, cancellationToken).ConfigureAwait(false);
        if (entered is not { } state) return false;
        if (!state.WasSummed && !await WaitAsync(pooled, cancellationToken).ConfigureAwait(false)) return false;
        // One snapshot for what is summed, and for the marks that are removed.
        var transaction = await pooled.BeginAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        var connection = pooled.Connection;
        if (!await ScalarAsync<bool>(connection, PostgresTradeSums.Reserve, [Text(chatId)], cancellationToken).ConfigureAwait(false)) return false;
        var held = await LookAsync(pooled, new NpgsqlBatch(connection), PostgresTradeSums.LookAndHold, chatId, cancellationToken)
            .ConfigureAwait(false);
        if (held is not { } now) return false;
        if (now.Holds) await SumStaleAsync(connection, chatId, cancellationToken).ConfigureAwait(false);
        else await SumAllAsync(connection, chatId, cancellationToken).ConfigureAwait(false);
        await RunAsync(connection, PostgresTradeSums.RemoveMarks, [Text(chatId)], cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task TryAsync(string chatId, CancellationToken cancellationToken)
    {
        try
        {
            await SumAsync(chatId, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is StoreUnavailableException)
        {
            // Also a conflict with another instance or with an erasure: the next read tries again.
            LogNotSummed(logger, error);
        }
    }

    private async Task SumAllAsync(NpgsqlConnection connection, string chatId, CancellationToken cancellationToken)
    {
        await RunAsync(connection, PostgresTradeSums.RemoveDays, [Text(chatId), Days(null)], cancellationToken).ConfigureAwait(false);
        // Before the rows are read: a partition that changes meanwhile makes the sums void.
        await RunAsync(connection, PostgresTradeSums.Finish, [Text(chatId)], cancellationToken).ConfigureAwait(false);
        foreach (var (kind, name) in PostgresTradeSums.All)
            await RunAsync(connection, PostgresTradeSums.Sum(kind, name, isWhole: true), [Text(chatId)], cancellationToken).ConfigureAwait(false);
    }

    private async Task SumStaleAsync(NpgsqlConnection connection, string chatId, CancellationToken cancellationToken)
    {
        // Microseconds, because PostgreSQL's instants reach further than .NET's.
        var stale = await ScalarAsync<long[]>(connection, PostgresTradeSums.FindStale, [Text(chatId)], cancellationToken).ConfigureAwait(false);
        if (stale.Length == 0) return;
        var entries = await ScalarAsync<long[]>(connection, PostgresTradeSums.FindEntries, [Text(chatId), Days(stale)], cancellationToken)
            .ConfigureAwait(false);
        await RunAsync(connection, PostgresTradeSums.RemoveDays, [Text(chatId), Days(stale)], cancellationToken).ConfigureAwait(false);
        foreach (var (kind, name) in PostgresTradeSums.All)
        {
            await RunAsync(
                connection, PostgresTradeSums.Sum(kind, name, isWhole: false), [Text(chatId), Days(stale), Days(entries)], cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Waits for the transactions that may have written before the chat was entered, and so without a mark.</summary>
    private async Task<bool> WaitAsync(PooledConnection pooled, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        for (long? horizon = null; ;)
        {
            var (next, oldest) = await HorizonAsync(pooled, cancellationToken).ConfigureAwait(false);
            horizon ??= next;
            if (oldest >= horizon) return true;
            if (clock.GetElapsedTime(started) >= Patience) return false;
            await Task.Delay(Poll, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<(long Next, long Oldest)> HorizonAsync(PooledConnection pooled, CancellationToken cancellationToken)
    {
        using var batch = pooled.CreateBatch();
        batch.BatchCommands.Add(ToCommand(PostgresTradeSums.Horizon));
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var end = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <returns>Null for a chat that is not entered.</returns>
    private async Task<(bool WasSummed, bool Holds)?> LookAsync(
        PooledConnection pooled, NpgsqlBatch batch, string sql, string chatId, CancellationToken cancellationToken)
    {
        await using var endOfBatch = batch.ConfigureAwait(false);
        batch.BatchCommands.Add(ToCommand(sql, Text(chatId)));
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var end = reader.ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) return null;
        pooled.ThrowIfReplaced();
        return (reader.GetBoolean(0), reader.GetBoolean(1));
    }

    private async Task RunAsync(PooledConnection pooled, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        using var batch = pooled.CreateBatch();
        batch.BatchCommands.Add(ToCommand(sql, parameters));
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task RunAsync(NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection) { Timeout = (int)Limit.TotalSeconds, BatchCommands = { ToCommand(sql, parameters) } };
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection) { BatchCommands = { ToCommand(sql, parameters) } };
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var end = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return await reader.GetFieldValueAsync<T>(0, cancellationToken).ConfigureAwait(false);
    }

    private NpgsqlBatchCommand ToCommand(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(names.Qualify(sql));
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }

    private static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter<long[]?> Days(long[]? microseconds) =>
        new() { TypedValue = microseconds, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.TimestampTz };

    [LoggerMessage(EventId = 1140, Level = LogLevel.Information,
        Message = "The days of a chat with many trades were not summed; its figures are computed from its trades until the next attempt")]
    private static partial void LogNotSummed(ILogger logger, Exception error);

    [LoggerMessage(
        EventId = 1141, Level = LogLevel.Information, Message = "Could not find the chats whose trades have changed; the next round tries again")]
    private static partial void LogNotFound(ILogger logger, Exception error);
}
