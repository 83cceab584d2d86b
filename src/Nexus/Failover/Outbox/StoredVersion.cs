using Nexus.Engine;
using Nexus.Postgres;

namespace Nexus.Failover;

/// <summary>PostgreSQL's version of a record as the conflicts keep it: a whole-record write that would bring it back.</summary>
internal static class StoredVersion
{
    /// <returns>Version 0 where there is no record, or where records of the table never conflict.</returns>
    public static async Task<(long Version, DateTimeOffset? At, byte[]? Body)> ReadAsync(
        IReplicatedPrimary remote, WriteKey key, CancellationToken cancellationToken)
    {
        if (key.Table.RestoringKind is null) return default;
        var rows = await remote.GetRowsAsync(key.Table, [key.Id], cancellationToken).ConfigureAwait(false);
        return rows is [var row] ? (row.Version, row.WrittenAt, WriteCodec.Encode(row.ToWrite())) : default;
    }
}
