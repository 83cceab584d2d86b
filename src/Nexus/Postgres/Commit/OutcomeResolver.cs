using Nexus.Engine;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// Determines the outcome of writes that a statement did not report, from the stored records: for refusals, for commits whose response was lost, and
/// for the replay of the outbox.
/// </summary>
/// <param name="stored">The stored records.</param>
/// <param name="guard">On one of several shards: a record that is not found may be on the shard to which its chat was moved.</param>
internal sealed class OutcomeResolver(IStoredRecords stored, ShardGuard? guard = null)
{
    /// <summary>
    /// Fills in why the statements did not change records. If a record gives no reason, it changed meanwhile: its outcome stays null.
    /// </summary>
    /// <param name="batch">What was sent.</param>
    /// <param name="outcomes">Those that are known.</param>
    /// <param name="connection">In the batch's transaction; null reads what is committed.</param>
    /// <exception cref="StaleShardMapException">Chats were moved meanwhile: the outcomes that are missing stay null.</exception>
    public Task ExplainAsync(PostgresBatch batch, WriteOutcome?[] outcomes, NpgsqlConnection? connection) =>
        ResolveAsync(batch, outcomes, connection, Refusal, moved: WriteOutcome.Failed(Moved()));

    /// <summary>
    /// Fills in the outcomes of a committed batch whose response was lost. An outcome stays null if the record has changed since.
    /// </summary>
    /// <param name="batch">What was sent.</param>
    /// <param name="outcomes">Those that are known.</param>
    /// <param name="committedAt">When it was committed.</param>
    public Task RecollectAsync(PostgresBatch batch, WriteOutcome?[] outcomes, DateTimeOffset committedAt) =>
        ResolveAsync(
            batch, outcomes, connection: null, (statement, write, record) => Recollection(statement, write, record, committedAt), moved: null);

    private async Task ResolveAsync(
        PostgresBatch batch, WriteOutcome?[] outcomes, NpgsqlConnection? connection, Func<Statement, Write, StoredRecord?, WriteOutcome?> resolve,
        WriteOutcome? moved)
    {
        if (Array.TrueForAll(outcomes, static outcome => outcome is not null)) return;
        // The transaction of the batch has proven its buckets. After it, they may leave before their records are read.
        var own = connection is null ? guard?.Own : null;
        var missing = Enumerable.Range(0, outcomes.Length).Where(n => outcomes[n] is null).ToLookup(n => batch.KeyOf(n).Table);
        foreach (var table in missing)
        {
            var records = await stored.FindAsync(table.Key, [.. table.Select(n => batch.KeyOf(n).Id)], connection).ConfigureAwait(false);
            if (own is not null && !ReferenceEquals(own, guard!.Own)) throw Moved();
            var byKey = records.ToLookup(record => record.Key, StringComparer.Ordinal);
            foreach (var n in table)
            {
                var write = batch[n];
                outcomes[n] = own?.Include(write.Place) == false
                    ? moved
                    : resolve(batch.StatementOf(n), write, StoredRecord.MeantBy(write, byKey[batch.KeyOf(n).Id]));
            }
        }
    }

    private static StaleShardMapException Moved() => new("the chat was moved to another shard before its record was read");

    /// <summary>
    /// Why a statement left the record as it is. Null where the record gives no reason: it changed since the statement read it, and the write must
    /// be tried again.
    /// </summary>
    private static WriteOutcome? Refusal(Statement statement, Write write, StoredRecord? record)
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
        // A claim that was refused stays refused: the number of a task's claims only grows.
        if (statement.StatementKind == StatementKind.Completes) return WriteOutcome.InvalidState;
        // The content of the record tells why, to the caller that knows it.
        if (statement.StatementKind == StatementKind.Adds) return WriteOutcome.InvalidState;
        return statement.StatementKind == StatementKind.Closes && !record.IsOpen
            || statement.StatementKind == StatementKind.Changes && statement.MayRefuse(write) ? WriteOutcome.InvalidState : null;
    }

    /// <summary>
    /// The outcome of a write in a committed batch whose response was lost. Null if the record does not show it: it was changed
    /// again since, and the write was one that might have been refused.
    /// </summary>
    private static WriteOutcome? Recollection(Statement statement, Write write, StoredRecord? record, DateTimeOffset committedAt)
    {
        if (record?.WriteId == write.WriteId) return WriteOutcome.Applied(record.Version, record.At);
        var expected = statement.ExpectedVersion(write);
        return statement.StatementKind switch
        {
            StatementKind.Opens when record is not null => WriteOutcome.Applied(record.Version, committedAt),
            // Only a reseal under another key follows a close, and it keeps the write id.
            StatementKind.Opens or StatementKind.Closes => Refusal(statement, write, record),
            // Versions only grow: a record that is still at the version was at it then.
            StatementKind.Reseals => record?.Version == expected ? WriteOutcome.Applied(record!.Version, record.At)
                : WriteOutcome.Conflict(record?.Version ?? 0),
            // Others may have added to the trade since; adding the same again adds nothing.
            StatementKind.Adds => null,
            // Who claims or changes the task afterwards leaves no trace of the run.
            StatementKind.Completes => null,
            StatementKind.Removes => record is null ? WriteOutcome.Applied(expected ?? 0, committedAt) : null,
            _ when record is null => null,
            // The version of the record is that of another write, of which this caller knows nothing: it had a lower one.
            _ when expected is null => record.Version > 1 ? WriteOutcome.Applied(record.Version - 1, committedAt) : null,
            _ => record.Version < expected ? WriteOutcome.Conflict(record.Version) : null,
        };
    }
}
