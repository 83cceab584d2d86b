using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Nexus.Sqlite;

/// <summary>
/// A few threads that read, each on its own connection. Readers never wait for the writer, nor it for them, thanks to the write-ahead log.
/// </summary>
internal sealed class SqliteReaders : IAsyncDisposable
{
    /// <summary>A page ends at the first of both, whatever the documents' sizes.</summary>
    private const int PageRows = 512;

    private const int PageBytes = 1 << 20;

    private readonly SqliteThreads<ReadCall> _threads;

    /// <param name="file">The database file.</param>
    /// <param name="dispatch">As in <see cref="SqliteStore"/>.</param>
    /// <param name="shared">
    /// The session of the writer, for calls that a dispatcher runs one at a time with its calls; null for sessions of their own.
    /// </param>
    public SqliteReaders(string file, Action<Action>? dispatch = null, Func<SqliteSession>? shared = null)
    {
        _threads = new SqliteThreads<ReadCall>(
            "Nexus embedded reader",
            Math.Clamp(Environment.ProcessorCount, 2, 4),
            shared ?? (() => SqliteSession.OpenReader(file)),
            static (connection, call, _) => call.Run(connection),
            error => SqliteErrors.Translate(error, file),
            dispatch,
            sharesSession: shared is not null);
    }

    public Task<T> RunAsync<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        var call = new ReadCall<T>(read, cancellationToken);
        return _threads.RunAsync(call, call.Answer, cancellationToken);
    }

    /// <summary>
    /// Streams rows page by page. Each page is a separate query that continues after the last row, so that no read transaction stays open
    /// while the consumer thinks: the log could not be reset behind it and would grow.
    /// </summary>
    /// <param name="query">Rows in a fixed order behind a given one; the document in the first column.</param>
    /// <param name="map">Makes a row of its document and its other columns.</param>
    /// <param name="limit">Rows in all.</param>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        Func<SqliteSession, T?, SqliteDataReader> query,
        Func<SqliteDataReader, byte[], T> map,
        int? limit,
        [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : class
    {
        T? last = null;
        for (var left = limit ?? int.MaxValue; left > 0;)
        {
            var (after, most) = (last, Math.Min(left, PageRows));
            var (rows, isLast) = await RunAsync(connection => ReadPage(query(connection, after), map, most), cancellationToken).ConfigureAwait(false);
            foreach (var row in rows) yield return row;
            if (isLast) yield break;
            last = rows[^1];
            if (limit is not null) left -= rows.Count;
        }
    }

    public ValueTask DisposeAsync() => _threads.DisposeAsync();

    private static (List<T> Rows, bool IsLast) ReadPage<T>(SqliteDataReader reader, Func<SqliteDataReader, byte[], T> map, int most)
    {
        using (reader)
        {
            List<T> rows = [];
            for (var bytes = 0; rows.Count < most && bytes < PageBytes;)
            {
                if (!reader.Read()) return (rows, true);
                var document = reader.GetFieldValue<byte[]>(0);
                bytes += document.Length;
                rows.Add(map(reader, document));
            }
            return (rows, false);
        }
    }

    private abstract class ReadCall : SqliteCall
    {
        public abstract void Run(SqliteSession connection);
    }

    private sealed class ReadCall<T>(Func<SqliteSession, T> read, CancellationToken cancellationToken) : ReadCall
    {
        public EmbeddedAnswer<T> Answer { get; } = new();

        public override void Run(SqliteSession connection)
        {
            connection.ObeyOnly(cancellationToken);
            try
            {
                Answer.Complete(read(connection));
            }
            catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_INTERRUPT)
            {
                Answer.Fail(new OperationCanceledException(error.Message, error, cancellationToken));
            }
        }

        public override void Fail(Exception error) => Answer.Fail(error);
    }
}
