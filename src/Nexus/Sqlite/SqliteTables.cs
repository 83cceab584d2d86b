using Nexus.Engine;
using Nexus.Stores;

namespace Nexus.Sqlite;

/// <summary>The embedded store's half of each table.</summary>
internal static class SqliteTables
{
    private static readonly SqliteTable[] ByOrder =
        [.. new SqliteTable[] { SqliteSessions.Table, SqliteUsers.Table, SqliteBotState.Table, SqliteSystemConfig.Table,
            SqliteTradeTable.Instance, SqliteKeyedState.Table, SqliteTasks.Table, SqliteCalibrations.Table }.OrderBy(half => half.Table.LockOrder)];

    public static IReadOnlyList<SqliteTable> All => ByOrder;

    /// <exception cref="NotSupportedException">The store does not know the table.</exception>
    public static SqliteTable Of(RecordTable table) => table.LockOrder < ByOrder.Length && ByOrder[table.LockOrder] is var half && half.Table == table
        ? half
        : throw new NotSupportedException($"the embedded store does not know {table.Name}");
}
