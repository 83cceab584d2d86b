using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>
/// The right to move buckets, which one process has at a time: a lock on the home shard that ends with the process. And the note of the move that
/// runs or was interrupted.
/// </summary>
internal sealed class MoveJournal : IAsyncDisposable
{
    private const string TryLock = "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('nexus moves of ' || $1, 0))";

    /// <summary>A process that stopped loses the lock. In milliseconds.</summary>
    private const string EndIfStopped = "SELECT pg_catalog.set_config('idle_session_timeout', '30000', false)";

    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(5);

    private readonly NpgsqlConnection _connection;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly string _schema;
    private readonly TimeProvider _clock;
    private Task _living = Task.CompletedTask;

    private MoveJournal(NpgsqlConnection connection, string schema, TimeProvider clock) =>
        (_connection, _schema, _clock) = (connection, schema, clock);

    /// <summary>Ends when the lock is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the right to move buckets; null where another process has it.</summary>
    public static async Task<MoveJournal?> TryOpenAsync(
        ShardConnections shards, TimeProvider clock, CancellationToken cancellationToken)
    {
        var connection = await shards.OpenAsync(0, cancellationToken).ConfigureAwait(false);
        try
        {
            if (await connection.ScalarAsync<bool>(TryLock, [shards.NameOf(0)], cancellationToken).ConfigureAwait(false))
            {
                await connection.ExecuteAsync(EndIfStopped, cancellationToken).ConfigureAwait(false);
                var journal = new MoveJournal(connection, shards.SchemaOf(0), clock);
                journal._living = journal.LiveAsync();
                return journal;
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

    /// <summary>The note; null if there is none.</summary>
    public static async Task<ShardMove?> FindAsync(NpgsqlConnection home, string schema, CancellationToken cancellationToken)
    {
        var found = await home.RowsAsync(
            $"SELECT id, source, target, buckets::text FROM {schema}.nexus_moves", [],
            row => new ShardMove(row.GetGuid(0), row.GetInt32(1), row.GetInt32(2), BucketSet.OfBits(row.GetString(3))), cancellationToken)
            .ConfigureAwait(false);
        return found is [var only] ? only : null;
    }

    /// <inheritdoc cref="FindAsync(NpgsqlConnection, string, CancellationToken)"/>
    public Task<ShardMove?> FindAsync(CancellationToken cancellationToken) =>
        UseAsync(connection => FindAsync(connection, _schema, cancellationToken), cancellationToken);

    /// <summary>Notes a move before anything is changed for it.</summary>
    public Task BeginAsync(ShardMove move, CancellationToken cancellationToken) => UseAsync(connection => connection.ExecuteAsync(
        $"INSERT INTO {_schema}.nexus_moves (id, source, target, buckets) VALUES ($1, $2, $3, $4::bit(4096))",
        [move.Id, move.Source, move.Target, move.Buckets.ToBits()], cancellationToken), cancellationToken);

    /// <summary>Gives an interrupted move another id, so that its process, should it still run, can change nothing any more.</summary>
    public async Task<ShardMove> TakeOverAsync(ShardMove move)
    {
        var taken = move with { Id = Guid.NewGuid() };
        // Waits for the last step of that process.
        await UseAsync(connection => connection.ExecuteAsync(
            $"UPDATE {_schema}.nexus_moves SET id = $2 WHERE id = $1", [move.Id, taken.Id], CancellationToken.None), CancellationToken.None)
            .ConfigureAwait(false);
        return taken;
    }

    /// <summary>Removes the note when nothing of the move is left to do.</summary>
    public Task EndAsync(ShardMove move) => UseAsync(connection => connection.ExecuteAsync(
        $"DELETE FROM {_schema}.nexus_moves WHERE id = $1", [move.Id], CancellationToken.None), CancellationToken.None);

    /// <summary>Ends a transaction that the move must not commit if its note is another's by now.</summary>
    public static async Task RequireAsync(NpgsqlConnection home, string schema, ShardMove move, CancellationToken cancellationToken)
    {
        var found = await home.RowsAsync(
            $"SELECT id FROM {schema}.nexus_moves WHERE id = $1 FOR UPDATE", [move.Id], row => row.GetGuid(0), cancellationToken)
            .ConfigureAwait(false);
        if (found.Count == 0) throw Taken();
    }

    public static NexusStateException Taken() => new("the move", "was taken over by another process");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _living.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Its pool keeps the connection, and with it the lock.
        NpgsqlConnection.ClearPool(_connection);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task LiveAsync()
    {
        using var timer = new PeriodicTimer(SignOfLife, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                await UseAsync(connection => connection.ExecuteAsync("SELECT 1", CancellationToken.None), CancellationToken.None)
                    .ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            await _lost.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task<T> UseAsync<T>(Func<NpgsqlConnection, Task<T>> use, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await use(_connection).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }
}
