using System.Runtime.CompilerServices;
using Npgsql;

namespace Nexus.Storage.Postgres;

/// <summary>Runs reads. One that finds its pooled connection broken, as after a restart of the server, is repeated on a new one.</summary>
internal sealed class PostgresReads(NpgsqlDataSource source)
{
    public async Task<List<T>> ListAsync<T>(Query<T> query, CancellationToken cancellationToken)
    {
        List<T> rows = [];
        await foreach (var row in StreamAsync(query, cancellationToken).ConfigureAwait(false)) rows.Add(row);
        return rows;
    }

    /// <summary>On a connection that is in a transaction; errors come as the driver raises them.</summary>
    public static async Task<List<T>> ListAsync<T>(NpgsqlConnection connection, Query<T> query)
    {
        using var batch = new NpgsqlBatch(connection) { BatchCommands = { query.ToCommand() } };
        var reader = await batch.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var end = reader.ConfigureAwait(false);
        List<T> rows = [];
        while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false)) rows.Add(query.Read(reader));
        return rows;
    }

    public async Task<T?> FirstAsync<T>(Query<T> query, CancellationToken cancellationToken)
    {
        var rows = await ListAsync(query, cancellationToken).ConfigureAwait(false);
        return rows.Count > 0 ? rows[0] : default;
    }

    /// <summary>Rows as they arrive: memory does not grow with their number, and the connection is held until the last was taken.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(Query<T> query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var answer = await OpenAsync(query, cancellationToken).ConfigureAwait(false);
        await using var end = answer.ConfigureAwait(false);
        while (await answer.NextAsync(cancellationToken).ConfigureAwait(false)) yield return answer.Current;
    }

    private async Task<Answer<T>> OpenAsync<T>(Query<T> query, CancellationToken cancellationToken)
    {
        for (var isRepeat = false; ; isRepeat = true)
        {
            var answer = new Answer<T>(query);
            try
            {
                await answer.OpenAsync(source, cancellationToken).ConfigureAwait(false);
                return answer;
            }
            catch (Exception error) when (PostgresErrors.Covers(error))
            {
                await answer.DisposeAsync().ConfigureAwait(false);
                // A time limit is not a broken connection: the repeat would take as long.
                if (isRepeat || !PostgresErrors.IsConnectionLost(error) || error.InnerException is TimeoutException) throw PostgresErrors.Translate(error);
            }
            catch
            {
                await answer.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private sealed class Answer<T>(Query<T> query) : IAsyncDisposable
    {
        private NpgsqlConnection? _connection;
        private NpgsqlBatch? _batch;
        private NpgsqlDataReader? _reader;
        private bool _isRead;

        public T Current { get; private set; } = default!;

        public async Task OpenAsync(NpgsqlDataSource source, CancellationToken cancellationToken)
        {
            _connection = await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
            _batch = new NpgsqlBatch(_connection) { BatchCommands = { query.ToCommand() } };
            _reader = await _batch.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        }

        public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
        {
            // The driver looks only when it waits for the network.
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                if (await _reader!.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    Current = query.Read(_reader);
                    return true;
                }
                // Up to here it may still fail: a statement that writes is committed only when the server says that all is done.
                await _reader.NextResultAsync(cancellationToken).ConfigureAwait(false);
                _isRead = true;
                return false;
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
                if (_reader is not null && !_isRead) await SkipAsync(_reader).ConfigureAwait(false);
                if (_reader is not null) await _reader.DisposeAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (PostgresErrors.Covers(error) || error is OperationCanceledException)
            {
                // Nobody wants the rest, and what broke while rows were wanted was thrown there.
            }
            if (_batch is not null) await _batch.DisposeAsync().ConfigureAwait(false);
            if (_connection is not null) await _connection.DisposeAsync().ConfigureAwait(false);
        }

        /// <summary>A reader that is left early would read a million rows to their end before its connection is free again: cancel the statement instead.</summary>
        private static async Task SkipAsync(NpgsqlDataReader reader)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
            await reader.NextResultAsync(patience.Token).ConfigureAwait(false);
        }
    }
}
