using System.Globalization;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Failover;

/// <summary>What one transaction of the replay came to.</summary>
/// <param name="IsCommitted">Everything is applied and the place is noted.</param>
/// <param name="Open">Otherwise: what must be decided first.</param>
/// <param name="Refused">Or: the server's word that some row is not acceptable.</param>
internal sealed record ReplayResult(bool IsCommitted, IReadOnlyList<(ReplayItem Item, ReplayDecision Verdict, WriteOutcome? Refusal)> Open, PostgresException? Refused = null);

/// <summary>
/// Sends a batch in one transaction together with the place up to which the outbox is replayed then. The place is asked for after every crash and
/// every lost answer, so a batch is applied once, whatever happens.
/// </summary>
internal sealed class ReplaySender(PostgresStore remote)
{
    private const string SetMark = "UPDATE nexus_meta SET value = $3, updated_at = now() WHERE name = $1 AND value = $2";

    /// <summary>Up to where the outbox is replayed. Waits for a transaction of an earlier process that is still at it.</summary>
    public async Task<long> ReadMarkAsync(string outbox, CancellationToken cancellationToken) => long.Parse(
        await remote.GetOrAddMetaAsync(NameOf(outbox), "0", cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);

    /// <summary>The error of a write that the server refused.</summary>
    public NexusException Explain(ReplayItem item, PostgresException error) => remote.Partitions.Explain(item.Write, error);

    /// <exception cref="StoreUnavailableException">It may be committed or not: read the mark.</exception>
    public async Task<ReplayResult> SendAsync(IReadOnlyList<ReplayItem> items, string outbox, long from, long? through, CancellationToken cancellationToken)
    {
        try
        {
            await remote.Partitions.EnsureAsync([.. items.Select(item => item.Write)], cancellationToken).ConfigureAwait(false);
            var pooled = await remote.Pool.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var close = pooled.ConfigureAwait(false);
            var connection = pooled.Connection;
            var transaction = await pooled.BeginAsync(cancellationToken).ConfigureAwait(false);
            await using var end = transaction.ConfigureAwait(false);

            var (writes, open) = await LookAsync(connection, items).ConfigureAwait(false);
            if (open.Count > 0) return new ReplayResult(IsCommitted: false, open);
            var batch = new PostgresBatch(writes, remote.Notice);
            using var commands = new NpgsqlBatch(connection);
            var outcomes = await batch.ExecuteAsync(commands).ConfigureAwait(false);
            await ExplainAsync(connection, batch, items, outcomes, open).ConfigureAwait(false);
            if (open.Count > 0 || through is null) return new ReplayResult(IsCommitted: false, open);
            await RaiseAsync(connection, items, outcomes).ConfigureAwait(false);
            await MarkAsync(connection, outbox, from, through.Value).ConfigureAwait(false);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            return new ReplayResult(IsCommitted: true, []);
        }
        catch (PostgresException error) when ((PostgresWriter.IsAboutARow(error) || error.SqlState == PostgresErrorCodes.QueryCanceled) && !TradePartitions.IsMissing(error))
        {
            // As BatchReader leaves the connection.
            if (error.SqlState == PostgresErrorCodes.FeatureNotSupported) remote.Pool.Renew();
            return new ReplayResult(IsCommitted: false, [], error);
        }
        catch (PostgresException error) when (TradePartitions.IsMissing(error))
        {
            if (remote.Partitions.Forget([.. items.Select(item => item.Write)])) throw PostgresErrors.Translate(error);
            // What may pass is waited for; anything else is that trade's own fault and is set aside.
            foreach (var item in items)
            {
                if (remote.Partitions.RefusalOf(item.Write) is StoreUnavailableException unavailable) throw unavailable;
            }
            return new ReplayResult(IsCommitted: false, [], error);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }

    /// <summary>Holds the records that must be looked at, in the order in which every transaction locks, and judges their writes.</summary>
    private async Task<(Write[] Writes, List<(ReplayItem, ReplayDecision, WriteOutcome?)> Open)> LookAsync(NpgsqlConnection connection, IReadOnlyList<ReplayItem> items)
    {
        var open = new List<(ReplayItem, ReplayDecision, WriteOutcome?)>();
        var looked = new Dictionary<WriteKey, StoredRecord>();
        foreach (var table in items.Where(ReplayRules.MustLook).GroupBy(item => item.Key.Table).OrderBy(table => table.Key.LockOrder))
        {
            string[] ids = [.. table.Select(item => item.Key.Id)];
            await HoldAsync(connection, table.Key, ids).ConfigureAwait(false);
            foreach (var record in await remote.Reads.ListAsync(connection, StoredRecord.Query(table.Key, ids)).ConfigureAwait(false))
                looked[new WriteKey(table.Key, record.Key)] = record;
        }
        var writes = new Write[items.Count];
        for (var n = 0; n < writes.Length; n++)
        {
            writes[n] = items[n].Write;
            if (!ReplayRules.MustLook(items[n])) continue;
            var stored = looked.GetValueOrDefault(items[n].Key);
            var verdict = ReplayRules.Judge(items[n], stored);
            if (verdict != ReplayDecision.Apply) open.Add((items[n], verdict, null));
            if (stored is null) writes[n] = items[n].Write.ExpectingAbsence();
        }
        return (writes, open);
    }

    private async Task HoldAsync(NpgsqlConnection connection, RecordTable table, string[] ids)
    {
        using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(remote.Notice.Names.Qualify(PostgresTables.Of(table).LockRows))
                {
                    Parameters = { new NpgsqlParameter<string[]> { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text } },
                },
            },
        };
        await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private async Task ExplainAsync(
        NpgsqlConnection connection, PostgresBatch batch, IReadOnlyList<ReplayItem> items, WriteOutcome?[] outcomes, List<(ReplayItem, ReplayDecision, WriteOutcome?)> open)
    {
        foreach (var table in Enumerable.Range(0, outcomes.Length).Where(n => outcomes[n] is null).GroupBy(n => items[n].Key.Table))
        {
            var records = await remote.Reads.ListAsync(connection, StoredRecord.Query(table.Key, [.. table.Select(n => items[n].Key.Id)])).ConfigureAwait(false);
            var byKey = records.ToLookup(record => record.Key, StringComparer.Ordinal);
            foreach (var n in table)
            {
                var write = batch[n];
                var refusal = OutcomeResolver.Refusal(batch.StatementOf(n), write, StoredRecord.MeantBy(write, byKey[items[n].Key.Id]));
                // A trade that is there already is what the write wants; the transaction goes on.
                if (refusal?.Status != WriteStatus.AlreadyApplied) open.Add((items[n], ReplayRules.Judge(items[n], refusal), refusal));
            }
        }
    }

    // What a caller was told stays true: a version never goes back, also where writes were composed.
    private async Task RaiseAsync(NpgsqlConnection connection, IReadOnlyList<ReplayItem> items, WriteOutcome?[] outcomes)
    {
        var low = Enumerable.Range(0, items.Count)
            .Where(n => !items[n].Key.Table.HasNamesakes && outcomes[n] is { Status: WriteStatus.Applied } outcome && outcome.Version < items[n].Last.Version)
            .GroupBy(n => items[n].Key.Table);
        foreach (var table in low)
        {
            using var batch = new NpgsqlBatch(connection)
            {
                BatchCommands =
                {
                    new NpgsqlBatchCommand(remote.Notice.Names.Qualify(PostgresTables.Of(table.Key).RaiseVersion!))
                    {
                        Parameters =
                        {
                            new NpgsqlParameter<string[]> { TypedValue = [.. table.Select(n => items[n].Key.Id)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
                            new NpgsqlParameter<long[]> { TypedValue = [.. table.Select(n => items[n].Last.Version)], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint },
                        },
                    },
                },
            };
            await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task MarkAsync(NpgsqlConnection connection, string outbox, long from, long through)
    {
        using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(remote.Notice.Names.Qualify(SetMark))
                {
                    Parameters =
                    {
                        new NpgsqlParameter<string> { TypedValue = NameOf(outbox) },
                        new NpgsqlParameter<string> { TypedValue = from.ToString(CultureInfo.InvariantCulture) },
                        new NpgsqlParameter<string> { TypedValue = through.ToString(CultureInfo.InvariantCulture) },
                    },
                },
            },
        };
        if (await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false) != 1)
            throw new StoreUnavailableException(StoreUnavailableReason.Unreachable, "the place up to which the outbox is replayed has moved: it is read anew");
    }

    private static string NameOf(string outbox) => $"outbox/{outbox}";
}
