using Nexus.Engine;

namespace Nexus.Postgres;

/// <summary>The PostgreSQL store's half of each table.</summary>
internal static class PostgresTables
{
    private static readonly PostgresTable[] ByOrder =
        [.. new PostgresTable[] { PostgresSessions.Table, PostgresUsers.Table, PostgresBotState.Table, PostgresSystemConfig.Table,
            PostgresTrades.Table, PostgresKeyedState.Table, PostgresTasks.Table, PostgresCalibrations.Table }.OrderBy(half => half.Table.LockOrder)];

    public static IReadOnlyList<PostgresTable> All => ByOrder;

    /// <exception cref="NotSupportedException">The store does not know the table.</exception>
    public static PostgresTable Of(RecordTable table) =>
        table.LockOrder < ByOrder.Length && ByOrder[table.LockOrder] is var half && half.Table == table
        ? half
        : throw new NotSupportedException($"the PostgreSQL store does not know {table.Name}");
}
