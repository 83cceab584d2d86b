using System.Globalization;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>What a server says about itself on a new connection.</summary>
/// <param name="IsStandby">It replays the WAL of another server.</param>
/// <param name="IsReadOnly">Its transactions are read-only.</param>
/// <param name="Timeline">Raised by each promotion; null where the server does not tell.</param>
/// <param name="Cluster">The system identifier, which a standby shares with its primary; null where the role may not read it.</param>
internal readonly record struct ServerLook(bool IsStandby, bool IsReadOnly, int? Timeline, string? Cluster)
{
    // The timeline of a primary is that of the WAL which it writes: true as soon as recovery has ended, and open to every role. That of the last
    // checkpoint (pg_control_checkpoint) is the earlier one until the checkpoint after the promotion is complete. A standby has no WAL of its own:
    // its timeline is that of its last restart point, of the end of its recovery, or of what it receives, whichever is higher.
    private const string Full = """
        SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only') = 'on',
            CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL
                ELSE pg_catalog.substr(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 1, 8) END,
            CASE WHEN pg_catalog.pg_is_in_recovery() THEN greatest(
                (SELECT timeline_id FROM pg_catalog.pg_control_checkpoint()),
                (SELECT min_recovery_end_timeline FROM pg_catalog.pg_control_recovery()),
                (SELECT received_tli FROM pg_catalog.pg_stat_wal_receiver)) END,
            (SELECT system_identifier::pg_catalog.text FROM pg_catalog.pg_control_system())
        """;

    // Some hosted servers keep the functions above to themselves.
    private const string Basic = """
        SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only') = 'on', NULL::pg_catalog.text,
            NULL::pg_catalog.int4, NULL::pg_catalog.text
        """;

    public static async Task<ServerLook> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // Behind a pooler the session has what the role and the database set, such as a time limit of milliseconds.
        var isBehindPooler = !SessionSettings.AreIn(connection);
        try
        {
            return await ReadAsync(Full, connection, isBehindPooler, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedFunction
            or PostgresErrorCodes.FeatureNotSupported or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.ObjectNotInPrerequisiteState)
        {
            return await ReadAsync(Basic, connection, isBehindPooler, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ServerLook> ReadAsync(
        string sql, NpgsqlConnection connection, bool isBehindPooler, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection);
        await using var _ = batch.ConfigureAwait(false);
        // One message, and so one transaction: the server sees no pause between the two.
        if (isBehindPooler) batch.BatchCommands.Add(new NpgsqlBatchCommand(SessionSettings.SetLocally));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(sql));
        var reader = await batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        return Read(reader);
    }

    private static ServerLook Read(NpgsqlDataReader row)
    {
        int? timeline = row.GetStringOrNull(2) is { } written ? int.Parse(written, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : row.IsDBNull(3) ? null : row.GetInt32(3);
        return new ServerLook(row.GetBoolean(0), row.GetBoolean(1), timeline, row.GetStringOrNull(4));
    }
}
