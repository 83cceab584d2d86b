using Nexus.Sqlite;

namespace Nexus.Failover;

/// <summary>How much an outbox holds.</summary>
/// <param name="Pending">Acknowledged writes that are not in PostgreSQL yet.</param>
/// <param name="Conflicts">Writes in conflict with another version of their record.</param>
/// <param name="Quarantined">Writes that PostgreSQL refused.</param>
internal readonly record struct OutboxCounts(long Pending, long Conflicts, long Quarantined)
{
    public static OutboxCounts Read(SqliteSession connection) => new(
        connection.ReadNumber("SELECT count(*) FROM outbox"),
        connection.ReadNumber("SELECT count(*) FROM outbox_conflicts"),
        connection.ReadNumber("SELECT count(*) FROM outbox_quarantine"));
}
