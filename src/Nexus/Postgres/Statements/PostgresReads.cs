using System.Runtime.CompilerServices;
using Nexus.Caching;
using Nexus.Engine;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Runs reads. One that finds its pooled connection broken, as after a restart of the server, is repeated on a new one.</summary>
/// <param name="pool">Gives the connections.</param>
/// <param name="names">Qualifies the tables.</param>
/// <param name="clock">Judges the age of standbys.</param>
/// <param name="guard">On one of several shards: refuses a read that was routed by an old map.</param>
internal sealed class PostgresReads(ConnectionPool pool, SchemaNames names, TimeProvider clock, ShardGuard? guard = null) : IStoredRecords
{
    /// <summary>Rows read at once: enough to be worth another thread, few enough for memory where each is as large as may be.</summary>
    private const int PageSize = 64;

    /// <summary>A page ends at the first of both, whatever the rows' sizes.</summary>
    private const int PageBytes = 1 << 20;

    /// <summary>Serve reads that may be old; null where there are none.</summary>
    public Standbys? Standbys { get; set; }

    public async Task<List<T>> ListAsync<T>(Query<T> query, CancellationToken cancellationToken)
    {
        var answer = await OpenAsync(query, cancellationToken).ConfigureAwait(false);
        await using var end = answer.ConfigureAwait(false);
        return await answer.ReadAsync(int.MaxValue, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>On a connection that is in a transaction; errors come as the driver raises them.</summary>
    public async Task<List<T>> ListAsync<T>(NpgsqlConnection connection, Query<T> query)
    {
        using var batch = new NpgsqlBatch(connection);
        query.AddTo(batch, names);
        var reader = await batch.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var end = reader.ConfigureAwait(false);
        List<T> rows = [];
        while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false)) rows.Add(query.Read(reader));
        return rows;
    }

    public async Task<IReadOnlyList<StoredRecord>> FindAsync(RecordTable table, string[] keys, NpgsqlConnection? connection)
    {
        var query = StoredRecord.Query(table, keys);
        return connection is null
            ? await ListAsync(query, CancellationToken.None).ConfigureAwait(false)
            : await ListAsync(connection, query).ConfigureAwait(false);
    }

    public async Task<T?> FirstAsync<T>(Query<T> query, CancellationToken cancellationToken)
    {
        var rows = await ListAsync(query, cancellationToken).ConfigureAwait(false);
        return rows.Count > 0 ? rows[0] : default;
    }

    /// <summary>
    /// Rows as they arrive, some ahead: while the caller handles a page, such as by opening its secrets, the next is read. Memory does not grow with
    /// their number, and the connection is held until the last was taken.
    /// </summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(Query<T> query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var answer = await OpenAsync(query, cancellationToken).ConfigureAwait(false);
        await using var end = answer.ConfigureAwait(false);
        var ahead = answer.ReadAsync(PageSize, cancellationToken);
        try
        {
            for (var isLast = false; !isLast;)
            {
                var page = await ahead.ConfigureAwait(false);
                isLast = answer.IsRead;
                if (!isLast) ahead = Task.Run(() => answer.ReadAsync(PageSize, cancellationToken), CancellationToken.None);
                foreach (var row in page)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    yield return row;
                }
            }
        }
        finally
        {
            // A caller that leaves early: the connection is in use until the page is read.
            await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Answer<T>> OpenAsync<T>(Query<T> query, CancellationToken cancellationToken)
    {
        if (StaleReads.Limit is { } limit && await TryStandbyAsync(query, limit, cancellationToken).ConfigureAwait(false) is { } stale) return stale;
        for (var isRepeat = false; ; isRepeat = true)
        {
            var answer = new Answer<T>(query);
            try
            {
                await answer.OpenAsync(pool, names, guard, cancellationToken).ConfigureAwait(false);
                return answer;
            }
            catch (Exception error) when (PostgresErrors.Covers(error))
            {
                await answer.DisposeAsync().ConfigureAwait(false);
                var isWrongServer = PostgresErrors.IsWrongServer(error);
                if (isWrongServer) pool.Leave();
                // A time limit is not a broken connection: the repeat would take as long.
                if (isRepeat || !(isWrongServer || PostgresErrors.IsConnectionLost(error)) || error.InnerException is TimeoutException)
                    throw PostgresErrors.Translate(error);
            }
            catch
            {
                await answer.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <returns>Null where no standby is recent enough, or one fails: the primary serves.</returns>
    private async Task<Answer<T>?> TryStandbyAsync<T>(Query<T> query, TimeSpan limit, CancellationToken cancellationToken)
    {
        if (Standbys is not { } standbys || await standbys.ChooseAsync(cancellationToken).ConfigureAwait(false) is not { } standby) return null;
        var answer = new Answer<T>(query);
        try
        {
            if (await answer.OpenAsync(standby, names, cancellationToken).ConfigureAwait(false) is { } age && age <= limit)
            {
                AnswerSource.Read(new ReplicaSource(clock.GetUtcNow() - age, clock));
                return answer;
            }
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is NexusException)
        {
            // A standby that restarts, or whose replay has cancelled the query.
        }
        catch
        {
            await answer.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        await answer.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    private sealed class Answer<T>(Query<T> query) : IAsyncDisposable
    {
        private PooledConnection? _connection;
        private NpgsqlBatch? _batch;
        private NpgsqlDataReader? _reader;
        /// <summary>Whether every row was read.</summary>
        public bool IsRead { get; private set; }

        public async Task OpenAsync(ConnectionPool pool, SchemaNames names, ShardGuard? guard, CancellationToken cancellationToken)
        {
            _connection = await pool.OpenAsync(cancellationToken).ConfigureAwait(false);
            _batch = _connection.CreateBatch();
            if (guard is not null) _batch.BatchCommands.Add(new NpgsqlBatchCommand(names.Qualify(PostgresShards.GetEpoch)));
            query.AddTo(_batch, names);
            _reader = await _batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            if (guard is not null) await CheckAsync(_reader, guard.Epoch, cancellationToken).ConfigureAwait(false);
        }

        private static async Task CheckAsync(NpgsqlDataReader reader, long expected, CancellationToken cancellationToken)
        {
            if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false) || reader.GetInt64(0) != expected)
                throw new StaleShardMapException("the shard has other buckets than the map that the read was routed by");
            await reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
        }

        /// <summary>The same at a standby.</summary>
        /// <returns>How old the standby is at most; null where that is not known.</returns>
        public async Task<TimeSpan?> OpenAsync(Standby standby, SchemaNames names, CancellationToken cancellationToken)
        {
            _connection = await standby.Pool.OpenAsync(cancellationToken).ConfigureAwait(false);
            _batch = _connection.CreateBatch();
            _batch.BatchCommands.Add(standby.ToCommand());
            query.AddTo(_batch, names);
            _reader = await _batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await _reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            var age = standby.AgeBy(_reader);
            await _reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
            return age;
        }

        /// <summary>The next rows, until there are no more, or enough in number or in bytes.</summary>
        public async Task<List<T>> ReadAsync(int count, CancellationToken cancellationToken)
        {
            List<T> rows = [];
            var bytes = 0L;
            try
            {
                while (rows.Count < count && (bytes < PageBytes || count == int.MaxValue))
                {
                    // The driver looks only when it waits for the network.
                    cancellationToken.ThrowIfCancellationRequested();
                    if (!await _reader!.ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        // Up to here it may still fail: a statement that writes is committed only when the server says that all is done.
                        await _reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                        _connection!.ThrowIfReplaced();
                        IsRead = true;
                        break;
                    }
                    var row = query.Read(_reader);
                    rows.Add(row);
                    if (row is IHasSize { Size: var size }) bytes += size;
                }
                return rows;
            }
            catch (Exception error) when (PostgresErrors.Covers(error))
            {
                throw PostgresErrors.Translate(error);
            }
        }

        public async ValueTask DisposeAsync()
        {
            try
            {
                if (_reader is { IsClosed: false } && !IsRead) await SkipAsync(_reader).ConfigureAwait(false);
                if (_reader is not null) await _reader.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (PostgresErrors.Covers(error) || error is OperationCanceledException)
            {
                // The rest is not needed; errors while reading were thrown there.
            }
            if (_batch is not null) await _batch.DisposeAsync().ConfigureAwait(false);
            if (_connection is not null) await _connection.DisposeAsync().ConfigureAwait(false);
        }

        /// <summary>
        /// A reader that is left early would read a million rows to their end before its connection is free again: cancel the statement instead.
        /// </summary>
        private static async Task SkipAsync(NpgsqlDataReader reader)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
            await reader.NextResultAsync(patience.Token).ConfigureAwait(false);
        }
    }
}
