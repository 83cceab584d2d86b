namespace Nexus.Audit;

/// <summary>Checkpoints since the reset.</summary>
/// <param name="Timed">Because checkpoint_timeout passed.</param>
/// <param name="Requested">Because the WAL grew to max_wal_size, or somebody asked.</param>
/// <param name="Since">The reset.</param>
internal sealed record CheckpointCounters(long Timed, long Requested, DateTimeOffset? Since)
{
    private const string Sql = "SELECT b.checkpoints_timed, b.checkpoints_req, b.stats_reset FROM pg_catalog.pg_stat_bgwriter b";

    // Moved to a view of its own in 17.
    private const string Sql17 = "SELECT c.num_timed, c.num_requested, c.stats_reset FROM pg_catalog.pg_stat_checkpointer c";

    public static async Task<CheckpointCounters> ReadAsync(AuditConnection connection, int version, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(
        version >= 170_000 ? Sql17 : Sql, row => new CheckpointCounters(row.GetInt64(0), row.GetInt64(1), row.Time(2)), [], cancellationToken)
            .ConfigureAwait(false))[0];
}
