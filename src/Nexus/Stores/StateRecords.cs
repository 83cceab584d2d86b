using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Engine;
using Nexus.Infrastructure;
using Nexus.KeyedState;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Stores;

/// <summary>Reads the records of all tables, for what treats them alike.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class StateRecords
{
    private static readonly FrozenDictionary<RecordTable, RecordReader> Readers = new RecordReader[]
    {
        RecordReader.Of<SessionRow>(SessionRow.Table, (store, token) => store.ListSessionsAsync(new SessionQuery(), token),
            async (store, row, token) => await store.GetSessionsAsync([row.ChatId], token).ConfigureAwait(false) is [var now] ? now : null),
        RecordReader.Of<UserRow>(UserRow.Table, (store, token) => store.ListUsersAsync(after: null, token),
            async (store, row, token) => await store.GetUsersAsync([row.ChatId], token).ConfigureAwait(false) is [var now] ? now : null),
        RecordReader.Of<BotStateRow>(BotStateRow.Table, ListBotStateAsync,
            async (store, _, token) => await store.GetBotStateAsync(token).ConfigureAwait(false)),
        RecordReader.Of<SystemConfigRow>(SystemConfigRow.Table, (store, token) => store.ListSystemConfigAsync(token),
            (store, row, token) => store.GetSystemConfigAsync(row.Key, token)),
        RecordReader.Of<TradeRow>(TradeRow.Table, (store, token) => store.ListTradesAsync(new TradeQuery(), token),
            async (store, row, token) =>
                await store.FindTradesAsync(row.Id, row.ChatId, row.EntryTimestamp, token).ConfigureAwait(false) is [var now] ? now : null),
        RecordReader.Of<KeyedStateRow>(KeyedStateRow.Table, (store, token) => store.ListKeyedStateAsync(new StateRange(), token),
            (store, row, token) => store.GetKeyedStateAsync(row.Id, token)),
        RecordReader.Of<TaskRow>(TaskRow.Table, (store, token) => store.ListTasksAsync(new TaskQuery(), token),
            async (store, row, token) => await store.GetTasksAsync([row.Id], token).ConfigureAwait(false) is [var now] ? now : null),
        RecordReader.Of<CalibrationRow>(CalibrationRow.Table,
            (store, token) => store.ListCalibrationsAsync(chatId: null, after: null, limit: null, token),
            async (store, row, token) => await store.GetCalibrationsAsync([row.Id], token).ConfigureAwait(false) is [var now] ? now : null),
    }.ToFrozenDictionary(reader => reader.Table);

    /// <summary>The tables whose records are read.</summary>
    internal static IEnumerable<RecordTable> Tables => Readers.Keys;

    /// <summary>Streams every record, table after table in their order; memory does not grow with their number.</summary>
    public static async IAsyncEnumerable<IStateRow> ListAsync(IStateReader store, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var table in RecordTables.All)
        {
            await foreach (var row in Readers[table].List(store, cancellationToken).ConfigureAwait(false)) yield return row;
        }
    }

    /// <summary>The record of a row as it is stored now; null if it was deleted.</summary>
    public static Task<IStateRow?> FindAsync(IStateReader store, IStateRow row, CancellationToken cancellationToken) =>
        Readers[row.RecordKey.Table].FindAsync(store, row, cancellationToken);

    private static async IAsyncEnumerable<BotStateRow> ListBotStateAsync(
        IStateReader store, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await store.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
    }

    private sealed record RecordReader(
        RecordTable Table, Func<IStateReader, CancellationToken, IAsyncEnumerable<IStateRow>> List,
        Func<IStateReader, IStateRow, CancellationToken, Task<IStateRow?>> FindAsync)
    {
        public static RecordReader Of<TRow>(RecordTable table, Func<IStateReader, CancellationToken, IAsyncEnumerable<TRow>> list,
            Func<IStateReader, TRow, CancellationToken, Task<TRow?>> find)
            where TRow : class, IStateRow =>
            new(table, list, async (store, row, token) => await find(store, (TRow)row, token).ConfigureAwait(false));
    }
}
