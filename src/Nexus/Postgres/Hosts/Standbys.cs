using System.Diagnostics.CodeAnalysis;
using Nexus.Engine;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>The standbys among several hosts, for reads that may be old: which of them is recent enough, and how old it is.</summary>
/// <param name="hosts">Knows which hosts are standbys.</param>
/// <param name="pools">One for each host.</param>
/// <param name="primary">Asks the primary for its clock.</param>
/// <param name="fence">Knows the timeline that a standby must follow.</param>
internal sealed class Standbys(PrimaryHosts hosts, ConnectionPool[] pools, PrimaryClock primary, PrimaryFence fence, TimeProvider clock)
{
    private int _turn;

    /// <summary>A standby that responded to the last check; null if there is none, or nothing to judge its age by.</summary>
    public async ValueTask<Standby?> ChooseAsync(CancellationToken cancellationToken)
    {
        var candidates = hosts.Standbys();
        if (candidates.Count == 0 || await primary.ReadAsync(cancellationToken).ConfigureAwait(false) is not { } reading) return null;
        var host = candidates[(int)((uint)Interlocked.Increment(ref _turn) % (uint)candidates.Count)];
        return new Standby(pools[host], reading, fence.Timeline, clock);
    }
}

/// <summary>One standby, for one read.</summary>
internal sealed class Standby(ConnectionPool pool, PrimaryReading primary, int? timeline, TimeProvider clock)
{
    // The timeline is judged as in ServerLook: a standby of an old primary may be up to date with that one.
    private const string Look = """
        SELECT pg_catalog.pg_is_in_recovery(), greatest((SELECT timeline_id FROM pg_catalog.pg_control_checkpoint()),
                (SELECT min_recovery_end_timeline FROM pg_catalog.pg_control_recovery()),
                (SELECT received_tli FROM pg_catalog.pg_stat_wal_receiver)),
            pg_catalog.pg_last_wal_replay_lsn() >= $1::pg_catalog.pg_lsn, pg_catalog.pg_last_xact_replay_timestamp()
        """;

    public ConnectionPool Pool => pool;

    /// <summary>The statement in front of the read, in the same transaction: the read sees at least what it has seen.</summary>
    public NpgsqlBatchCommand ToCommand() => new(Look)
    {
        Parameters = { new NpgsqlParameter<string> { TypedValue = primary.Position, NpgsqlDbType = NpgsqlDbType.Text } },
    };

    /// <summary>
    /// How old the standby is at most, by the row of the statement; null where that is not known. What the primary had committed when its clock was
    /// read is there once its position is replayed; until then the last replayed commit counts, by the primary's clock. An idle primary commits
    /// nothing, but its position does not move either.
    /// </summary>
    public TimeSpan? AgeBy(NpgsqlDataReader row)
    {
        if (!row.GetBoolean(0) || timeline is null || row.IsDBNull(1) || row.GetInt32(1) != timeline) return null;
        var sinceReading = clock.GetElapsedTime(primary.ReadAt);
        if (!row.IsDBNull(2) && row.GetBoolean(2)) return sinceReading;
        if (row.GetInstantOrNull(3) is not { } replayed) return null;
        var age = primary.Time + sinceReading - replayed;
        return age > TimeSpan.Zero ? age : TimeSpan.Zero;
    }
}

/// <summary>The primary's clock and position in the WAL.</summary>
/// <param name="Time">By its clock.</param>
/// <param name="Position">Where its WAL ended then, or before.</param>
/// <param name="ReadAt">A timestamp from before it was asked, so that the time since then is never too short.</param>
internal sealed record PrimaryReading(DateTimeOffset Time, string Position, long ReadAt);

/// <summary>Reads the primary's clock once a second at most, and only while reads that may be old come.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle holds no resource.")]
internal sealed class PrimaryClock(PostgresReads reads, TimeProvider clock)
{
    private const string Sql = "SELECT pg_catalog.pg_current_wal_insert_lsn()::pg_catalog.text, pg_catalog.clock_timestamp()";

    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _reading = new(1);
    private PrimaryReading? _last;

    /// <returns>The last reading, also while the primary is unavailable; null before the first.</returns>
    public async ValueTask<PrimaryReading?> ReadAsync(CancellationToken cancellationToken)
    {
        StaleReads.Forbid();
        var last = Volatile.Read(ref _last);
        if (last is not null && (clock.GetElapsedTime(last.ReadAt) < Every || !await _reading.WaitAsync(0, cancellationToken).ConfigureAwait(false)))
            return last;
        if (last is null) await _reading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var readAt = clock.GetTimestamp();
            var (position, time) = await reads.FirstAsync(
                new Query<(string, DateTimeOffset)>(Sql, row => (row.GetString(0), row.GetInstant(1))), cancellationToken).ConfigureAwait(false);
            Volatile.Write(ref _last, last = new PrimaryReading(time, position, readAt));
        }
        catch (Errors.NexusException)
        {
            // The age of the last reading grows, and with it the age that a standby may have.
        }
        finally
        {
            _reading.Release();
        }
        return last;
    }
}
