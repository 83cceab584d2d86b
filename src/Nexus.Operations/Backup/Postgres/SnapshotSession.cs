using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>
/// A transaction whose snapshot the dump and the digests share, so that they see the same state while the bot goes on writing. It also holds the
/// lock that
/// allows one backup of a database at a time.
/// </summary>
internal sealed class SnapshotSession : IAsyncDisposable
{
    /// <summary>The name of the advisory lock. Maintenance that must not run beside a backup asks for it too.</summary>
    public const string LockName = "nexus_backup";

    private const string TryLock = $"SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('{LockName}', 0))";

    private const string WhoLocks = """
        SELECT coalesce(pg_catalog.string_agg(pg_catalog.format('process %s of the server, since %s UTC', a.pid,
            pg_catalog.to_char(a.backend_start, 'YYYY-MM-DD HH24:MI')), ', '), 'another process')
        FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
            AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
            AND (l.classid::bigint << 32) | l.objid::bigint = pg_catalog.hashtextextended('nexus_backup', 0)
        """;

    // Both would end the transaction while it waits for pg_dump. Row policies must fail the backup instead of leaving rows out.
    private const string Settings = """
        SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL statement_timeout = 0; SET LOCAL row_security = off;
        SET LOCAL lock_timeout = '60s'; SET LOCAL lc_monetary = 'C'
        """;

    private readonly DirectConnection _direct;

    private SnapshotSession(DirectConnection direct, NpgsqlConnection connection, string snapshot) =>
        (_direct, Connection, Snapshot) = (direct, connection, snapshot);

    /// <summary>The connection of the transaction.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>The name of the exported snapshot.</summary>
    public string Snapshot { get; }

    /// <summary>The sequences just before the snapshot.</summary>
    public required IReadOnlyList<SequenceContents> Sequences { get; init; }

    /// <summary>Takes the lock and the snapshot.</summary>
    /// <exception cref="BackupException">Another backup of the database is running.</exception>
    public static async Task<SnapshotSession> BeginAsync(DirectConnection direct, CancellationToken cancellationToken)
    {
        var connection = await direct.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!await DirectConnection.ScalarAsync<bool>(connection, TryLock, cancellationToken).ConfigureAwait(false))
            {
                var who = await DirectConnection.ScalarAsync<string>(connection, WhoLocks, cancellationToken).ConfigureAwait(false);
                throw new BackupException(BackupErrorKind.Busy, $"another backup of this database is running ({who}): wait until it ends");
            }
            var sequences = await TableCatalog.ReadSequencesAsync(connection, cancellationToken).ConfigureAwait(false);
            await BeginTransactionAsync(connection, snapshot: null, cancellationToken).ConfigureAwait(false);
            var snapshot = await DirectConnection.ScalarAsync<string>(connection, "SELECT pg_catalog.pg_export_snapshot()", cancellationToken)
                .ConfigureAwait(false);
            return new SnapshotSession(direct, connection, snapshot) { Sequences = sequences };
        }
        catch (Exception error)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (DirectConnection.IsServerError(error)) throw PostgresErrors.Translate(error);
            throw;
        }
    }

    /// <summary>Another connection that sees the same snapshot.</summary>
    public async Task<NpgsqlConnection> JoinAsync(CancellationToken cancellationToken)
    {
        var connection = await _direct.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await BeginTransactionAsync(connection, Snapshot, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends the transaction and releases the lock.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // The server ends a closed connection a little later, and a backup that follows at once would find it busy.
            await DirectConnection.ExecuteAsync(Connection, "ROLLBACK; SELECT pg_catalog.pg_advisory_unlock_all()", CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is InvalidOperationException)
        {
            // A connection that broke has released it.
        }
        await Connection.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task BeginTransactionAsync(NpgsqlConnection connection, string? snapshot, CancellationToken cancellationToken)
    {
        await DirectConnection.ExecuteAsync(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", cancellationToken).ConfigureAwait(false);
        // The name comes from pg_export_snapshot of this server: digits and dashes.
        if (snapshot is not null)
            await DirectConnection.ExecuteAsync(connection, $"SET TRANSACTION SNAPSHOT '{snapshot.Replace("'", "''", StringComparison.Ordinal)}'",
                cancellationToken)
                .ConfigureAwait(false);
        await DirectConnection.ExecuteAsync(connection, Settings, cancellationToken).ConfigureAwait(false);
    }
}
