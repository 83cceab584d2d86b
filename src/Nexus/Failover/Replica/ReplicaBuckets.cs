using System.Globalization;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Postgres;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>
/// Of which buckets the local replica of a shard has the records. Moves give a shard chats whose records its replica lacks, and take chats whose
/// records would grow old there.
/// </summary>
/// <param name="local">Holds the replica.</param>
/// <param name="routed">The shard's buckets by the map that calls are routed by; null where the database has no shards.</param>
/// <param name="logger">Receives what could not be removed.</param>
internal sealed class ReplicaBuckets(SqliteStore local, Func<OwnBuckets?> routed, ILogger logger)
{
    private const int Chunk = 500;

    /// <summary>The epoch of the shard at which the replica was complete; missing for a replica of a database without shards.</summary>
    private const string EpochName = "copy_epoch";

    /// <summary>In place of an epoch: the database has no shards.</summary>
    private const long NoShards = -1;

    /// <summary>In place of an epoch: it is not known.</summary>
    private const long Unknown = -2;

    private long _comparing = NoShards;
    private long _complete = NoShards;
    private Task _removing = Task.CompletedTask;

    /// <summary>Whether what is compared now is of the buckets that calls are routed to.</summary>
    public bool IsComparingRouted => Interlocked.Read(ref _comparing) == RoutedEpoch;

    /// <summary>Whether the replica was complete for the buckets that calls are routed to.</summary>
    public bool IsOfRouted => Interlocked.Read(ref _complete) == RoutedEpoch;

    private long RoutedEpoch => routed()?.Epoch ?? NoShards;

    /// <summary>Completes once no records of other shards are left: until then lists would show chats that another shard has now.</summary>
    public Task Removed => Volatile.Read(ref _removing);

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (routed() is not null && await local.GetMetaAsync(EpochName, cancellationToken).ConfigureAwait(false) is { } text)
            _complete = long.TryParse(text, CultureInfo.InvariantCulture, out var epoch) ? epoch : Unknown;
    }

    /// <summary>A comparison of every table begins.</summary>
    public void Begin() => Interlocked.Exchange(ref _comparing, RoutedEpoch);

    /// <summary>
    /// Whether the shard's buckets are still those of the comparison, so that the replica may be held to be complete: rows that arrive or leave with
    /// a bucket are announced by no notice.
    /// </summary>
    public async Task<bool> AreUnchangedAsync(RemoteGate gate, CancellationToken cancellationToken)
    {
        if (!IsComparingRouted) return false;
        if (_comparing == NoShards) return true;
        var own = await gate.CallOnceAsync((primary, token) => primary.GetOwnBucketsAsync(token), cancellationToken).ConfigureAwait(false);
        return own?.Epoch == _comparing;
    }

    /// <summary>The comparison is complete. <see cref="Save"/> follows when it must be remembered.</summary>
    /// <returns>Whether it was complete for other buckets before.</returns>
    public bool Complete() => Interlocked.Exchange(ref _complete, _comparing) != _comparing;

    public void Save(SqliteSession connection)
    {
        if (_complete != NoShards) SqliteMeta.Set(connection, EpochName, _complete.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// In an outage, begins to remove the records of chats that are another shard's. Before one they are not read, and a copy that has begun may
    /// still put some there.
    /// </summary>
    public void RemoveForeign()
    {
        if (!IsOfRouted && routed() is { } own) Volatile.Write(ref _removing, RemoveAsync(Removed, own));
    }

    private async Task RemoveAsync(Task former, OwnBuckets own)
    {
        await former.ConfigureAwait(false);
        try
        {
            foreach (var table in RecordTables.All)
            {
                for (var after = ""; after is not null;)
                {
                    var from = after;
                    after = await local.TransactAsync(
                        transaction => RemoveSome(transaction, SqliteTables.Of(table), own, from), Chunk, CancellationToken.None)
                        .ConfigureAwait(false);
                }
            }
        }
        catch (Exception error)
        {
            // Reads wait for this: a row that cannot be judged must not keep all others from being read.
            FailoverLog.ForeignLeft(logger, error);
        }
    }

    /// <returns>Where to go on; null at the end.</returns>
    private static string? RemoveSome(SqliteWriteTransaction transaction, SqliteTable table, OwnBuckets own, string after)
    {
        var stamps = table.Stamps(transaction.Connection, after, RecordStamp.End, Chunk);
        foreach (var stamp in stamps)
        {
            if (!own.Include(table.PlaceOf(stamp))) table.Remove(transaction, stamp);
        }
        if (stamps.Count < Chunk) return null;
        // More records may be at the last place.
        var next = stamps.FindLast(stamp => stamp.Place != stamps[^1].Place).Place;
        return string.IsNullOrEmpty(next) ? stamps[^1].Place : next;
    }
}
