using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Nexus.Errors;
using Nexus.Infrastructure;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// The one connection that may change the schema now: it holds the lock and does the work, so that both end together. With the lock on
/// another connection, a broken one would let a second process in while the first still works.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed class MigrationSession : IAsyncDisposable
{
    private readonly long _key;

    private MigrationSession(NpgsqlConnection connection, long key) => (Connection, _key) = (connection, key);

    /// <summary>The connection that holds the lock.</summary>
    public NpgsqlConnection Connection { get; }

    /// <summary>Waits for the lock of this schema.</summary>
    /// <param name="dataSource">Gives the connection.</param>
    /// <param name="schema">The schema to change; each has its own lock.</param>
    /// <param name="limits">How long to wait.</param>
    /// <param name="clock">Measures the wait.</param>
    /// <param name="isNeeded">Checked between attempts: false ends the wait, as another process did the work.</param>
    /// <param name="onWaiting">Called with the holders of the lock if it is not free at once.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when the lock is not needed any more.</returns>
    /// <exception cref="StoreUnavailableException">The lock was not free in time; names who holds it.</exception>
    internal static async Task<MigrationSession?> OpenAsync(
        NpgsqlDataSource dataSource,
        string schema,
        MigrationLimits limits,
        TimeProvider clock,
        Func<NpgsqlConnection, Task<bool>> isNeeded,
        Action<string> onWaiting,
        CancellationToken cancellationToken)
    {
        // Behind a pooler in transaction mode the lock would stay on an unknown server connection.
        if (!SessionSettings.AreIn(new NpgsqlConnectionStringBuilder(dataSource.ConnectionString)))
            throw DatabaseUrl.Error("migrations cannot run through a pooler in transaction mode; migrate the database with a direct connection");
        var connection = await dataSource.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var key = await PrepareAsync(connection, schema, cancellationToken).ConfigureAwait(false);
            var started = clock.GetTimestamp();
            var isFirstLook = true;
            while (true)
            {
                // A waiter asks and asks again. Inside pg_advisory_lock() it would hold a snapshot, which CREATE INDEX CONCURRENTLY in the
                // session with the lock waits for: a deadlock.
                if (await TryLockAsync(connection, key, cancellationToken).ConfigureAwait(false)) return new MigrationSession(connection, key);
                if (!await isNeeded(connection).ConfigureAwait(false)) break;
                var isTooLate = clock.GetElapsedTime(started) > limits.Total;
                if (isFirstLook || isTooLate)
                {
                    var holders = await LockHolders.OfAdvisoryAsync(connection, key, cancellationToken).ConfigureAwait(false);
                    if (isTooLate)
                        throw new StoreUnavailableException(StoreUnavailableReason.TimedOut,
                            $"another process has been migrating schema {schema} for longer than {limits.Total}: {holders}");
                    onWaiting(holders);
                    isFirstLook = false;
                }
                await Task.Delay(limits.Poll, clock, cancellationToken).ConfigureAwait(false);
            }
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        await connection.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    internal Task<int> ExecuteAsync(string sql, CancellationToken cancellationToken) => Connection.ExecuteAsync(sql, cancellationToken);

    /// <summary>How long the following statements may wait for a lock.</summary>
    public Task SetLockTimeoutAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        ExecuteAsync($"SET lock_timeout = {((long)timeout.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}", cancellationToken);

    /// <summary>Releases the lock. If the connection is broken, the server does it.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (Connection.State == System.Data.ConnectionState.Open)
            {
                await Connection.ScalarAsync<bool>("SELECT pg_advisory_unlock($1)", [_key], CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (NpgsqlException)
        {
            // What this would report was reported by the statement that broke the connection; closing it frees the lock.
        }
        finally
        {
            await Connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<long> PrepareAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await ServerRequirements.CheckAsync(connection, cancellationToken).ConfigureAwait(false);
        // A limit that the role has for its queries would end a long build; the pool resets these on return.
        await connection.ExecuteAsync(
            """
            SELECT set_config('search_path', $1, false), set_config('statement_timeout', '0', false),
                set_config('idle_in_transaction_session_timeout', '0', false)
            """, [SqlIdentifier.Quote(schema)], cancellationToken).ConfigureAwait(false);
        return await connection.ScalarAsync<long>("SELECT hashtextextended('nexus migrations of ' || $1, 0)", [schema],
            cancellationToken).ConfigureAwait(false);
    }

    private static Task<bool> TryLockAsync(NpgsqlConnection connection, long key, CancellationToken cancellationToken) =>
        connection.ScalarAsync<bool>("SELECT pg_try_advisory_lock($1)", [key], cancellationToken);
}
