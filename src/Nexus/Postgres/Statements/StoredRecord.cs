using Nexus.Engine;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>A record as it stands, for telling why a write did not change it, or whether it did when the answer was lost.</summary>
/// <param name="Key">As <see cref="WriteKey.Id"/>.</param>
/// <param name="ChatId">Trades only, whose key is not the whole identity.</param>
/// <param name="EntryTimestamp">Trades only.</param>
/// <param name="IsOpen">Trades only.</param>
internal sealed record StoredRecord(
    string Key, long Version, DateTimeOffset At, Guid? WriteId, string? ChatId = null, DateTimeOffset EntryTimestamp = default, bool IsOpen = false)
{
    private const int ColumnsOfTrades = 7;

    public static Query<StoredRecord> Query(RecordTable table, string[] keys) => new Query<StoredRecord>(PostgresTables.Of(table).LookUp, Read).Texts(keys);

    /// <summary>The record that a write means, among those that have its key. A close that means several trades finds one that is not open.</summary>
    public static StoredRecord? MeantBy(Write write, IEnumerable<StoredRecord> namesakes)
    {
        var table = PostgresTables.Of(write.Table);
        var meant = namesakes.Where(record => table.IsMeant(record, write)).ToList();
        if (meant.Count < 2 || Statements.For(write).StatementKind != StatementKind.Closes) return meant.FirstOrDefault();
        if (meant.Find(record => record.WriteId == write.WriteId) is { } done) return done;
        return meant.FindAll(record => record.IsOpen) is [var open] ? open : meant[0] with { IsOpen = false };
    }

    private static StoredRecord Read(NpgsqlDataReader row)
    {
        var record = new StoredRecord(row.GetString(0), row.GetInt64(1), row.GetInstant(2), row.IsDBNull(3) ? null : row.GetGuid(3));
        return row.FieldCount < ColumnsOfTrades ? record : record with { ChatId = row.GetString(4), EntryTimestamp = row.GetInstant(5), IsOpen = row.GetBoolean(6) };
    }
}

/// <summary>What a record tells about a write.</summary>
internal static class OutcomeResolver
{
    /// <summary>
    /// Why a statement left the record as it is. Null where the record gives no reason: it changed since the statement looked, and the write must
    /// be tried again.
    /// </summary>
    public static WriteOutcome? Refusal(Statement statement, Write write, StoredRecord? record)
    {
        if (record is not null && (record.WriteId == write.WriteId || statement.StatementKind == StatementKind.Opens))
            return new WriteOutcome(WriteStatus.AlreadyApplied, record.Version, record.At);
        // A trade that is not there, although its insert met no error, is one of an expired subscriber.
        if (statement.StatementKind == StatementKind.Opens) return statement.MayRefuse(write) ? WriteOutcome.InvalidState : null;
        var expected = statement.ExpectedVersion(write);
        if (record is null)
        {
            if (expected > 0) return WriteOutcome.Conflict(0);
            return write.CreatesRecord ? null : WriteOutcome.NotFound;
        }
        if (expected is { } version && version != record.Version) return WriteOutcome.Conflict(record.Version);
        return statement.StatementKind == StatementKind.Closes && !record.IsOpen ? WriteOutcome.InvalidState : null;
    }

    /// <summary>
    /// What a write did in a batch that is known to be committed, though its answer was lost. Null where the record does not tell: it was changed
    /// again since, and the write was one that might have been refused.
    /// </summary>
    public static WriteOutcome? Recollection(Statement statement, Write write, StoredRecord? record, DateTimeOffset committedAt)
    {
        if (record?.WriteId == write.WriteId) return WriteOutcome.Applied(record.Version, record.At);
        var expected = statement.ExpectedVersion(write);
        return statement.StatementKind switch
        {
            StatementKind.Opens when record is not null => WriteOutcome.Applied(record.Version, committedAt),
            // Nothing but another key follows a close, and that leaves the write id.
            StatementKind.Opens or StatementKind.Closes => Refusal(statement, write, record),
            // Versions only grow: a record that is still at the version was at it then.
            StatementKind.Reseals => record?.Version == expected ? WriteOutcome.Applied(record!.Version, record.At) : WriteOutcome.Conflict(record?.Version ?? 0),
            StatementKind.Removes => record is null ? WriteOutcome.Applied(expected ?? 0, committedAt) : null,
            _ when record is null => null,
            _ when expected is null => WriteOutcome.Applied(record.Version, committedAt),
            _ => record.Version < expected ? WriteOutcome.Conflict(record.Version) : null,
        };
    }
}
