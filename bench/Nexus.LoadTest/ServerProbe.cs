using System.Globalization;
using Npgsql;

namespace Nexus.LoadTest;

/// <summary>Counters of the server, read before and after a run over a separate connection.</summary>
internal static class ServerProbe
{
    /// <param name="Sessions">Connections opened to the database so far.</param>
    /// <param name="WalBytes">Position of the write-ahead log.</param>
    internal readonly record struct Counters(long Sessions, long WalBytes);

    public static async Task<Counters> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        // A server process reports its counters at most once a second, so wait for the last reports.
        await Task.Delay(TimeSpan.FromSeconds(1.2), cancellationToken).ConfigureAwait(false);
        var command = new NpgsqlCommand(
            """
            SELECT pg_catalog.pg_stat_clear_snapshot()::text, sessions, pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(),
                '0/0')::bigint
            FROM pg_catalog.pg_stat_database WHERE datname = pg_catalog.current_database()
            """,
            connection);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
                return new Counters(reader.GetInt64(1), reader.GetInt64(2));
            }
        }
    }

    /// <summary>
    /// Private memory of the server processes of this database, except that of the probe. Shared buffers are not counted. Null if the processes are
    /// not on this machine or cannot be inspected.
    /// </summary>
    public static async Task<long?> PrivateMemoryAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(
            "SELECT pid FROM pg_catalog.pg_stat_activity WHERE datname = pg_catalog.current_database() AND pid <> "
                + "pg_catalog.pg_backend_pid()", connection);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var sum = 0L;
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    if (await PrivateBytesAsync(reader.GetInt32(0), cancellationToken).ConfigureAwait(false) is not { } bytes) return null;
                    sum += bytes;
                }
                return sum;
            }
        }
    }

    /// <summary>https://www.kernel.org/doc/html/latest/filesystems/proc.html: smaps_rollup sums a process's mappings.</summary>
    private static async Task<long?> PrivateBytesAsync(int processId, CancellationToken cancellationToken)
    {
        try
        {
            var sum = 0L;
            await foreach (var line in File.ReadLinesAsync($"/proc/{processId}/smaps_rollup", cancellationToken).ConfigureAwait(false))
            {
                if (!line.StartsWith("Private_", StringComparison.Ordinal)) continue;
                var kilobytes = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Replace("kB", "", StringComparison.Ordinal);
                sum += long.Parse(kilobytes, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite) * 1024;
            }
            return sum;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
