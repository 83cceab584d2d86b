using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;
using Nexus.Sqlite;

namespace Nexus.Failover;

/// <summary>How much an outbox holds.</summary>
/// <param name="Pending">Acknowledged writes that are not in PostgreSQL yet.</param>
/// <param name="Conflicts">Writes in conflict with another version of their record.</param>
/// <param name="Quarantined">Writes that PostgreSQL refused.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public readonly record struct OutboxCounts(long Pending, long Conflicts, long Quarantined)
{
    internal static OutboxCounts Read(SqliteSession connection) => new(
        connection.ReadNumber("SELECT count(*) FROM outbox"),
        connection.ReadNumber("SELECT count(*) FROM outbox_conflicts"),
        connection.ReadNumber("SELECT count(*) FROM outbox_quarantine"));
}
