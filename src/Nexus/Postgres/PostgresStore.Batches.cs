using Nexus.Engine;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>What an atomic batch over several shards needs of each of them: Sharding/Batches.</summary>
internal sealed partial class PostgresStore
{
    private const string Decide = "INSERT INTO nexus_decisions (id, servers) VALUES ($1, $2)";

    /// <summary>Removes a decision that every server has followed.</summary>
    public const string ForgetDecision = "DELETE FROM nexus_decisions WHERE id = $1";

    private const string MaxPrepared = "SELECT pg_catalog.current_setting('max_prepared_transactions')::integer";

    /// <summary>How many prepared transactions the server may hold; 0: none.</summary>
    public async Task<int> GetMaxPreparedAsync(CancellationToken cancellationToken)
    {
        var connection = await _pool.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var end = connection.ConfigureAwait(false);
        return await connection.Connection.ScalarAsync<int>(MaxPrepared, [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Prepares the months of new trades, which has transactions of its own.</summary>
    public Task ReadyPartitionsAsync(Write[] writes, CancellationToken cancellationToken) => _partitions.EnsureAsync(writes, cancellationToken);

    public ValueTask<PooledConnection> OpenForWritesAsync(CancellationToken cancellationToken) => _pool.OpenAsync(cancellationToken);

    /// <summary>Executes writes in an open transaction, each of which fails alone.</summary>
    /// <param name="connection">To the database of this store, in a transaction.</param>
    /// <param name="writes">At most one a record.</param>
    /// <param name="isSilent">The transaction sends no notice.</param>
    /// <returns>The outcomes; null where the record changed meanwhile.</returns>
    public async Task<WriteOutcome?[]> ExecutePartAsync(NpgsqlConnection connection, Write[] writes, bool isSilent)
    {
        var batch = new PostgresBatch(writes, _notice, _options.Shard) { IsSilent = isSilent };
        var outcomes = await new SavepointRun(batch, connection, SavepointScope.RowsAndTables, _partitions.Explain).ExecuteAsync()
            .ConfigureAwait(false);
        await _resolver.ExplainAsync(batch, outcomes, connection).ConfigureAwait(false);
        await _history.AddAsync(connection, batch, outcomes).ConfigureAwait(false);
        return outcomes;
    }

    /// <summary>Enters a batch in the ledger.</summary>
    public Task NoteAsync(NpgsqlConnection connection, Guid id) =>
        RunAsync(connection, CommitLedger.ToCommand(id, _options.Shard is null ? null : []));

    /// <summary>Enters the decision to commit.</summary>
    public Task DecideAsync(NpgsqlConnection connection, Guid id, int[] servers) => RunAsync(connection, new NpgsqlBatchCommand(Decide)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = id, NpgsqlDbType = NpgsqlDbType.Uuid },
            new NpgsqlParameter<int[]> { TypedValue = servers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer },
        },
    });

    /// <summary>Removes a decision that every server has followed.</summary>
    public async Task ForgetDecisionAsync(Guid id)
    {
        var connection = await _pool.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        await using var end = connection.ConfigureAwait(false);
        await connection.Connection.ExecuteAsync(_notice.Names.Qualify(ForgetDecision), [id], CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Tells the other instances what was committed.</summary>
    public Task AnnouncePartAsync(NpgsqlConnection connection, Write[] writes) =>
        RunAsync(connection, ChangeNotifier.ToCommand(_notice.Plain(ChangesOf(writes)), isDeferred: false));

    /// <summary>Tells this process what was committed.</summary>
    public void PublishPart(Write[] writes, WriteOutcome[] outcomes) => Changes.Publish(ChangesOf(writes));

    /// <inheritdoc cref="CommitLedger.FindOutAsync"/>
    public Task<CommitStatus> FindOutAsync(Guid id, Exception lost) => _ledger.FindOutAsync(id, lost);

    private static StateChange[] ChangesOf(Write[] writes) =>
        Array.ConvertAll(writes, static write => new StateChange(write.Key.Table.Name, write.Key.Id));

    private async Task RunAsync(NpgsqlConnection connection, NpgsqlBatchCommand command)
    {
        command.CommandText = _notice.Names.Qualify(command.CommandText);
        using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(command);
        await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }
}
