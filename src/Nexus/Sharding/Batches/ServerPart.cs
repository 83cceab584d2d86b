using Nexus.Engine;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>The part of a batch that one server gets: one transaction over all of its shards that the batch writes to.</summary>
/// <param name="server">The server, by the map.</param>
/// <param name="store">The store of one of its shards, whose connection carries the transaction.</param>
/// <param name="shards">What each of its shards gets; empty for the home shard's server if it only decides.</param>
/// <param name="name">Of the transaction once it is prepared; null for the last part, which is committed at once.</param>
internal sealed class ServerPart(int server, IShardStore store, IReadOnlyList<ShardPart> shards, string? name) : IAsyncDisposable
{
    private PooledConnection? _connection;
    private NpgsqlTransaction? _transaction;

    public int Server => server;

    public IShardStore Store => store;

    /// <summary>Whether the server may hold the prepared transaction.</summary>
    public bool MayBePrepared { get; private set; }

    private NpgsqlConnection Connection => _connection!.Connection;

    /// <summary>Executes the writes in an open transaction and fills in their outcomes.</summary>
    /// <param name="outcomes">Of the whole batch. One stays null where a record changed meanwhile, so that the batch must be tried again.</param>
    /// <param name="cancellationToken">Ends the wait for a connection.</param>
    public async Task ExecuteAsync(WriteOutcome?[] outcomes, CancellationToken cancellationToken)
    {
        foreach (var shard in shards) await shard.Store.ReadyPartitionsAsync(shard.Writes, cancellationToken).ConfigureAwait(false);
        _connection = await store.OpenForWritesAsync(cancellationToken).ConfigureAwait(false);
        _transaction = await _connection.BeginAsync(cancellationToken).ConfigureAwait(false);
        foreach (var shard in shards)
        {
            // PostgreSQL prepares no transaction that has sent a notice.
            var some = await shard.Store.ExecutePartAsync(Connection, shard.Writes, isSilent: name is not null).ConfigureAwait(false);
            for (var n = 0; n < some.Length; n++) outcomes[shard.Places[n]] = some[n];
        }
    }

    /// <summary>Enters the batch in the ledger, in the transaction.</summary>
    public Task NoteAsync(Guid id) => store.NoteAsync(Connection, id);

    /// <summary>Enters the decision in the home shard, in the transaction.</summary>
    /// <param name="id">The batch.</param>
    /// <param name="servers">Those that prepare their parts.</param>
    public Task DecideAsync(Guid id, int[] servers) => store.DecideAsync(Connection, id, servers);

    /// <summary>Has the server keep the transaction, whatever happens to the connection or to the server.</summary>
    public async Task PrepareAsync()
    {
        MayBePrepared = true;
        await Connection.ExecuteAsync($"PREPARE TRANSACTION '{name}'", CancellationToken.None).ConfigureAwait(false);
        _connection!.ThrowIfReplaced();
    }

    /// <summary>Commits the last part, and with it the batch.</summary>
    public async Task CommitAsync()
    {
        await _transaction!.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        _connection!.ThrowIfReplaced();
    }

    /// <summary>Commits what is prepared and tells the other instances.</summary>
    public async Task CommitPreparedAsync()
    {
        await EndAsync($"COMMIT PREPARED '{name}'").ConfigureAwait(false);
        foreach (var shard in shards) await shard.Store.AnnouncePartAsync(Connection, shard.Writes).ConfigureAwait(false);
    }

    /// <summary>Undoes the part, also where it is prepared. What cannot be undone now is undone by the settlement.</summary>
    public async Task RollBackAsync()
    {
        if (MayBePrepared && _connection is { Connection.State: System.Data.ConnectionState.Open })
        {
            try
            {
                await EndAsync($"ROLLBACK PREPARED '{name}'").ConfigureAwait(false);
            }
            catch (Exception error) when (PostgresErrors.Covers(error))
            {
                // As said above.
            }
        }
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Gives the connection back; a transaction that is open is rolled back.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_transaction is { } transaction) await transaction.DisposeAsync().ConfigureAwait(false);
        if (_connection is { } connection) await connection.DisposeAsync().ConfigureAwait(false);
        (_transaction, _connection) = (null, null);
    }

    private async Task EndAsync(string command)
    {
        try
        {
            await Connection.ExecuteAsync(command, CancellationToken.None).ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedObject)
        {
            // It was never prepared, or the settlement of another instance has ended it in the same way.
        }
    }
}
