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

/// <summary>Reads the records of all tables, for code that treats them in the same way.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class StateRecords
{
    private static readonly FrozenDictionary<RecordTable, RecordReader> Readers = new RecordReader[]
    {
        RecordReader.Of<SessionRow>(SessionRow.Table, (store, token) => store.ListSessionsAsync(new SessionQuery(), token),
            async (store, id, token) => One(await store.GetSessionsAsync([id], token).ConfigureAwait(false))),
        RecordReader.Of<UserRow>(UserRow.Table, (store, token) => store.ListUsersAsync(after: null, limit: null, token),
            async (store, id, token) => One(await store.GetUsersAsync([id], token).ConfigureAwait(false))),
        RecordReader.Of<BotStateRow>(BotStateRow.Table, ListBotStateAsync,
            async (store, _, token) => await store.GetBotStateAsync(token).ConfigureAwait(false)),
        RecordReader.Of<SystemConfigRow>(SystemConfigRow.Table, (store, token) => store.ListSystemConfigAsync(token),
            (store, id, token) => store.GetSystemConfigAsync(id, token)),
        new RecordReader(TradeRow.Table, (store, token) => store.ListTradesAsync(new TradeQuery(), token),
            (store, token) => store.ListTradesAsync(new TradeQuery { WithMetadata = true }, token),
            (store, row, token) => FindTradeAsync(store, ((TradeRow)row).Reference, token),
            (store, write, token) => FindTradeAsync(store, ((ITradeWrite)write).Meant, token)),
        RecordReader.Of<KeyedStateRow>(KeyedStateRow.Table, (store, token) => store.ListKeyedStateAsync(new StateRange(), token),
            (store, id, token) => store.GetKeyedStateAsync(id, token)),
        RecordReader.Of<TaskRow>(TaskRow.Table, (store, token) => store.ListTasksAsync(new TaskQuery(), token),
            async (store, id, token) => One(await store.GetTasksAsync([Guid.Parse(id)], token).ConfigureAwait(false))),
        RecordReader.Of<CalibrationRow>(CalibrationRow.Table,
            (store, token) => store.ListCalibrationsAsync(chatId: null, after: null, limit: null, token),
            async (store, id, token) => One(await store.GetCalibrationsAsync([id], token).ConfigureAwait(false))),
    }.ToFrozenDictionary(reader => reader.Table);

    /// <summary>The tables whose records are read.</summary>
    internal static IEnumerable<RecordTable> Tables => Readers.Keys;

    /// <summary>Streams every record, table after table in their order; memory does not grow with their number.</summary>
    public static IAsyncEnumerable<IStateRow> ListAsync(IStateReader store, CancellationToken cancellationToken) =>
        ListAsync(store, reader => reader.List, cancellationToken);

    /// <summary>The same without records that cannot hold a sealed value: trades without metadata.</summary>
    public static IAsyncEnumerable<IStateRow> ListSealableAsync(IStateReader store, CancellationToken cancellationToken) =>
        ListAsync(store, reader => reader.ListSealable, cancellationToken);

    /// <summary>The record of a row as it is stored now; null if it was deleted.</summary>
    public static Task<IStateRow?> FindAsync(IStateReader store, IStateRow row, CancellationToken cancellationToken) =>
        Readers[row.RecordKey.Table].FindAsync(store, row, cancellationToken);

    /// <summary>The record that a write concerns, as it is stored now; null if there is none, or several.</summary>
    internal static Task<IStateRow?> FindAsync(IStateReader store, Write write, CancellationToken cancellationToken) =>
        Readers[write.Table].FindMeantAsync(store, write, cancellationToken);

    private static async IAsyncEnumerable<IStateRow> ListAsync(
        IStateReader store, Func<RecordReader, Lister> choose, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var table in RecordTables.All)
        {
            await foreach (var row in choose(Readers[table])(store, cancellationToken).ConfigureAwait(false)) yield return row;
        }
    }

    private static async Task<IStateRow?> FindTradeAsync(IStateReader store, TradeReference trade, CancellationToken cancellationToken) =>
        One(await store.FindTradesAsync(trade.Id, trade.ChatId, trade.EntryTimestamp, cancellationToken).ConfigureAwait(false));

    private static TRow? One<TRow>(IReadOnlyList<TRow> rows)
        where TRow : class => rows is [var only] ? only : null;

    private static async IAsyncEnumerable<BotStateRow> ListBotStateAsync(
        IStateReader store, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return await store.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
    }

    private delegate IAsyncEnumerable<IStateRow> Lister(IStateReader store, CancellationToken cancellationToken);

    private sealed record RecordReader(
        RecordTable Table, Lister List, Lister ListSealable,
        Func<IStateReader, IStateRow, CancellationToken, Task<IStateRow?>> FindAsync,
        Func<IStateReader, Write, CancellationToken, Task<IStateRow?>> FindMeantAsync)
    {
        /// <summary>Of a table in which the key alone names a record.</summary>
        public static RecordReader Of<TRow>(RecordTable table, Func<IStateReader, CancellationToken, IAsyncEnumerable<TRow>> list,
            Func<IStateReader, string, CancellationToken, Task<TRow?>> find)
            where TRow : class, IStateRow =>
            new(table, new Lister(list), new Lister(list),
                async (store, row, token) => await find(store, row.RecordKey.Id, token).ConfigureAwait(false),
                async (store, write, token) => await find(store, write.RecordId, token).ConfigureAwait(false));
    }
}
