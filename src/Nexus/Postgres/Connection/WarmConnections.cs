namespace Nexus.Postgres;

/// <summary>
/// The pool's connections that writers used last, the latest first. The pool itself hands out the one that has rested longest, so that two busy
/// writers go round the server processes of all of them, each with cold caches: a fifth of the saves (docs/benchmarks.md).
/// </summary>
/// <param name="pool">The pool.</param>
/// <param name="capacity">Connections kept from it at most, and never more than a quarter of its size; 0: none.</param>
internal sealed class WarmConnections(ConnectionPool pool, int capacity) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Stack<PooledConnection> _kept = new(capacity);
    private bool _closed;

    public async ValueTask<PooledConnection> RentAsync(CancellationToken cancellationToken)
    {
        pool.ThrowIfRefused();
        while (TryTake(out var connection))
        {
            if (connection is { IsCurrent: true, Connection.State: System.Data.ConnectionState.Open }) return connection;
            await connection.DisposeAsync().ConfigureAwait(false);
        }
        return await pool.OpenAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes back a connection whose work ended well. Any other is disposed of, which gives it to the pool to judge.</summary>
    public ValueTask ReturnAsync(PooledConnection connection)
    {
        lock (_gate)
        {
            if (!_closed && _kept.Count < Math.Min(capacity, ConnectionLimits.AllOf(pool.Size) / 4))
            {
                _kept.Push(connection);
                return ValueTask.CompletedTask;
            }
        }
        return connection.DisposeAsync();
    }

    /// <summary>Gives back what is kept: others wait for connections.</summary>
    public async Task EmptyAsync()
    {
        while (TryTake(out var connection)) await connection.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate) _closed = true;
        while (TryTake(out var connection)) await connection.DisposeAsync().ConfigureAwait(false);
    }

    private bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PooledConnection? connection)
    {
        lock (_gate) return _kept.TryPop(out connection);
    }
}
