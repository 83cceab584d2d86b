using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>Asks the server about its WAL archive. Every role may.</summary>
internal static class WalArchiveReader
{
    private const string Sql = """
        SELECT pg_catalog.current_setting('archive_mode') <> 'off', a.last_archived_wal, a.last_archived_time, a.failed_count, a.last_failed_time,
            CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL ELSE pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()) END,
            pg_catalog.pg_size_bytes(pg_catalog.current_setting('wal_segment_size')),
            (SELECT s.setting::pg_catalog.int4 FROM pg_catalog.pg_settings s WHERE s.name = 'archive_timeout'),
            (SELECT c.system_identifier FROM pg_catalog.pg_control_system() c)
        FROM pg_catalog.pg_stat_archiver a
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <returns>The archive, and the size of a segment in bytes.</returns>
    public static async Task<(WalArchive Archive, long SegmentSize)> ReadAsync(
        NexusOptions nexus, BackupOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        try
        {
            var direct = DirectConnection.Create(nexus, options.Database, database: null, NullLoggerFactory.Instance);
            await using var endOfDirect = direct.ConfigureAwait(false);
            var connection = await direct.OpenAsync(ends.Token).ConfigureAwait(false);
            await using var endOfConnection = connection.ConfigureAwait(false);
            var command = new NpgsqlCommand(Sql, connection);
            await using var endOfCommand = command.ConfigureAwait(false);
            var row = await command.ExecuteReaderAsync(ends.Token).ConfigureAwait(false);
            await using var endOfRow = row.ConfigureAwait(false);
            await row.ReadAsync(ends.Token).ConfigureAwait(false);
            var (last, size) = (await row.IsDBNullAsync(1, ends.Token).ConfigureAwait(false) ? null : row.GetString(1), row.GetInt64(6));
            var current = WalSegment.Parse(await row.IsDBNullAsync(5, ends.Token).ConfigureAwait(false) ? null : row.GetString(5), size);
            var waiting = current is { } now && WalSegment.Parse(last, size) is { } archived
                ? Math.Max(0, (long)now.Number - (long)archived.Number - 1) : (long?)null;
            return (new WalArchive(
                row.GetBoolean(0), last, Time(row, 2), waiting, row.GetInt64(3), Time(row, 4), TimeSpan.FromSeconds(row.GetInt32(7)),
                row.GetInt64(8)),
                size);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new BackupException(BackupErrorKind.Unreachable, $"the server did not respond within {Patience.TotalSeconds:0} s");
        }
        catch (Exception error) when (DirectConnection.IsServerError(error))
        {
            throw new BackupException(BackupErrorKind.Unreachable, $"the server cannot be asked about its WAL archive: {error.Message}", error);
        }
    }

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
