using Nexus.Sqlite;

namespace Nexus.Failover;

/// <summary>How much the outbox holds.</summary>
internal readonly record struct OutboxCounts(long Pending, long Conflicts, long Quarantined)
{
    public static OutboxCounts Read(SqliteSession connection) => new(
        connection.ReadNumber("SELECT count(*) FROM outbox"),
        connection.ReadNumber("SELECT count(*) FROM outbox_conflicts"),
        connection.ReadNumber("SELECT count(*) FROM outbox_quarantine"));
}
