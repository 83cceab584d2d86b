using System.Globalization;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>Runs pg_dump inside a snapshot.</summary>
internal sealed class PgDump(PostgresProgram program, SnapshotSession session, Dictionary<string, string> environment, BackupOptions options)
{
    private const string Running = """
        SELECT p.relid, p.tuples_processed FROM pg_catalog.pg_stat_progress_copy p
        WHERE p.datid = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AND p.command = 'COPY TO'
        """;

    private static readonly string[] NoConnection =
        ["FATAL:  too many connections for ", "FATAL:  sorry, too many clients already", "FATAL:  remaining connection slots are reserved"];

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Dumps into a folder that does not exist yet.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="tables">The tables, for the progress.</param>
    /// <param name="progress">Receives the size of the tables done.</param>
    /// <param name="clock">Paces the progress.</param>
    /// <param name="cancellationToken">Ends pg_dump.</param>
    /// <exception cref="BackupException">pg_dump failed.</exception>
    public async Task RunAsync(
        string folder, IReadOnlyList<SourceTable> tables, Action<long>? progress, TimeProvider clock, CancellationToken cancellationToken)
    {
        List<string> arguments =
        [
            "--format=directory", $"--file={folder}", $"--jobs={options.Jobs.ToString(CultureInfo.InvariantCulture)}",
                $"--snapshot={session.Snapshot}",
            "--lock-wait-timeout=60s", "--no-password", "--no-sync", "--verbose",
        ];
        if (options.Compression is { } level) arguments.Add($"--compress={level.ToString(CultureInfo.InvariantCulture)}");
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watching = progress is null ? Task.CompletedTask : WatchAsync(tables, progress, clock, ended.Token, cancellationToken);
        ChildResult result;
        try
        {
            result = await ChildProgram.RunAsync(program.Path, arguments, environment, onError: null, options.IsBackground, cancellationToken)
                .ConfigureAwait(false);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            await watching.ConfigureAwait(false);
        }
        if (result.ExitCode == 0) return;
        if (result.Errors.Contains("No space left on device", StringComparison.Ordinal))
            throw new BackupException(BackupErrorKind.DiskFull, $"no space is left on the disk of {folder}: pg_dump failed ({result.Errors})");
        if (Array.Exists(NoConnection, part => result.Errors.Contains(part, StringComparison.Ordinal)))
            throw TooFewConnections(options.Jobs, inner: null);
        throw new BackupException(
            BackupErrorKind.Failed,
            $"pg_dump failed with exit code {result.ExitCode}: {(result.Errors.Length > 0 ? result.Errors : "it gave no reason")}");
    }

    /// <summary>What is thrown where the role, the database or the server allows fewer connections than a backup opens.</summary>
    public static BackupException TooFewConnections(int jobs, Exception? inner) => new(
        BackupErrorKind.Unreachable,
        string.Create(
            CultureInfo.InvariantCulture,
            $"the server, the database or the role has no connection left: a backup with --jobs {jobs} opens up to {Connections(jobs)}; lower ")
            + "--jobs, close other clients, or raise the limit", inner);

    /// <summary>The snapshot, the digests, and pg_dump with its workers.</summary>
    private static int Connections(int jobs) => 1 + SnapshotDigests(jobs) + (jobs > 1 ? jobs + 1 : 1);

    /// <summary>Connections that digest tables beside a dump: half as many as dump, which keep the server busy.</summary>
    public static int SnapshotDigests(int jobs) => Math.Max(1, jobs / 2);

    /// <summary>Asks the server how far the dump is. A view of progress that cannot be read only costs the bar.</summary>
    private async Task WatchAsync(
        IReadOnlyList<SourceTable> tables, Action<long> progress, TimeProvider clock, CancellationToken ended, CancellationToken cancellationToken)
    {
        var sizes = tables.ToDictionary(table => table.Id);
        var done = new Dictionary<uint, double>();
        var running = new HashSet<uint>();
        try
        {
            using var timer = new PeriodicTimer(LookEvery, clock);
            while (await timer.WaitForNextTickAsync(ended).ConfigureAwait(false))
            {
                // Not cancelled by the end of the dump: a cancelled statement would close the connection of the snapshot.
                var seen = await LookAsync(cancellationToken).ConfigureAwait(false);
                foreach (var id in running.Where(id => !seen.ContainsKey(id))) done[id] = 1;
                running = [.. seen.Keys];
                foreach (var (id, rows) in seen)
                {
                    if (sizes.TryGetValue(id, out var table))
                        done[id] = Math.Min(0.99, Math.Max(done.GetValueOrDefault(id), rows / Math.Max(1, table.EstimatedRows)));
                }
                progress((long)done.Where(entry => sizes.ContainsKey(entry.Key)).Sum(entry => entry.Value * sizes[entry.Key].Bytes));
            }
        }
        catch (OperationCanceledException)
        {
            // The dump ended.
        }
        catch (NpgsqlException)
        {
            // The dump reports a lost connection itself.
        }
    }

    private async Task<Dictionary<uint, long>> LookAsync(CancellationToken cancellationToken)
    {
        // Inside a transaction the server repeats what it showed first.
        await DirectConnection.ExecuteAsync(session.Connection, "SELECT pg_catalog.pg_stat_clear_snapshot()", cancellationToken)
            .ConfigureAwait(false);
        var command = new NpgsqlCommand(Running, session.Connection);
        await using var end = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var endOfReader = reader.ConfigureAwait(false);
        var seen = new Dictionary<uint, long>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!await reader.IsDBNullAsync(0, cancellationToken).ConfigureAwait(false))
                seen[await reader.GetFieldValueAsync<uint>(0, cancellationToken).ConfigureAwait(false)] = reader.GetInt64(1);
        }
        return seen;
    }
}
