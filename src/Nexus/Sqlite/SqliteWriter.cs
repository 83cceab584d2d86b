using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using SQLitePCL;

namespace Nexus.Sqlite;

/// <summary>
/// The one thread that writes. Everything that waits goes into one transaction, so that a thousand callers share one sync of
/// the disk and a single caller does not wait for others.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int LargestGroup = 10_000;

    private readonly string _file;
    private readonly TimeProvider _clock;
    private readonly ChangeFeed _changes;
    private readonly ILogger _logger;
    private readonly SqliteThreads<EmbeddedWork> _thread;
    private readonly bool _isAlone;

    public SqliteWriter(string file, TimeProvider clock, ChangeFeed changes, ILogger logger, Action<Action>? dispatch = null)
    {
        (_file, _clock, _changes, _logger, _isAlone) = (file, clock, changes, logger, dispatch is not null);
        _thread = new SqliteThreads<EmbeddedWork>("Nexus embedded writer", 1, Open, CommitWaiting, error => SqliteErrors.Translate(error, file),
            dispatch);
    }

    /// <summary>The connection, which is there after the first call. Only a dispatcher may let others use it.</summary>
    public SqliteSession? Session { get; private set; }

    /// <summary>Does the work in a transaction shared with whatever else waits; complete when it is durable.</summary>
    public Task<T> RunAsync<T>(Func<SqliteWriteTransaction, T> work, int writes, CancellationToken cancellationToken)
    {
        var call = new Work<T>(work, writes);
        return _thread.RunAsync(call, call.Answer, cancellationToken);
    }

    public ValueTask DisposeAsync() => _thread.DisposeAsync();

    private SqliteSession Open()
    {
        DataFolderLock.CreateOwnerFile(_file);
        var connection = SqliteSession.OpenWriter(_file, _isAlone);
        try
        {
            SqliteSchema.BringUpToDate(connection, _file, _logger);
            return Session = connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void CommitWaiting(SqliteSession connection, EmbeddedWork first, BlockingCollection<EmbeddedWork> queue)
    {
        List<EmbeddedWork> group = [first];
        var writes = first.Writes;
        while (writes < LargestGroup && queue.TryTake(out var next))
        {
            if (!next.TryTake()) continue;
            group.Add(next);
            writes += next.Writes;
        }
        try
        {
            Commit(connection, group, writes);
        }
        catch (Exception error)
        {
            var translated = SqliteErrors.Translate(error, _file);
            foreach (var work in group) work.Fail(translated);
        }
    }

    private void Commit(SqliteSession connection, List<EmbeddedWork> group, int writes)
    {
        var transaction = RunTransaction(connection, group, writes);
        try
        {
            connection.Execute("COMMIT");
        }
        catch (SqliteException error)
        {
            RollBack(connection);
            if (error.SqliteErrorCode != raw.SQLITE_IOERR) throw;
            // The commit may have reached the log although its sync failed: only the next commit overwrites it for certain.
            SqliteLog.CommitUnknown(_logger, writes, error);
            throw new UnknownOutcomeException($"{_file} did not confirm a commit (SQLite code {error.SqliteExtendedErrorCode})", error);
        }
        try
        {
            _changes.Publish(transaction.Changes);
        }
        finally
        {
            foreach (var work in group) work.Complete();
        }
    }

    /// <summary>Everything but the commit.</summary>
    private SqliteWriteTransaction RunTransaction(SqliteSession connection, List<EmbeddedWork> group, int writes)
    {
        try
        {
            try
            {
                return RunAll(oneByOne: false);
            }
            catch (Exception error) when (SqliteErrors.IsOfTheWriteAlone(error))
            {
                RollBack(connection);
                SqliteLog.AppliedOneByOne(_logger, writes, error);
                return RunAll(oneByOne: true);
            }
        }
        catch (Exception error)
        {
            RollBack(connection);
            SqliteLog.TransactionFailed(_logger, writes, error);
            throw;
        }

        SqliteWriteTransaction RunAll(bool oneByOne)
        {
            connection.Execute("BEGIN IMMEDIATE");
            var transaction = new SqliteWriteTransaction(connection, SqliteTime.Read(_clock), oneByOne);
            foreach (var work in group)
            {
                if (oneByOne) RunAlone(transaction, work);
                else work.Run(transaction);
            }
            return transaction;
        }
    }

    private static void RunAlone(SqliteWriteTransaction transaction, EmbeddedWork work)
    {
        try
        {
            transaction.Attempt(() =>
            {
                work.Run(transaction);
                return true;
            });
        }
        catch (Exception error) when (SqliteErrors.IsOfTheWriteAlone(error) && !transaction.Connection.IsAutocommit)
        {
            work.Fail(SqliteErrors.Rejected(error));
        }
    }

    private static void RollBack(SqliteSession connection)
    {
        if (!connection.IsAutocommit) connection.Execute("ROLLBACK");
    }

    private sealed class Work<T>(Func<SqliteWriteTransaction, T> run, int writes) : EmbeddedWork
    {
        private T _result = default!;

        public EmbeddedAnswer<T> Answer { get; } = new();

        public override int Writes => writes;

        public override void Run(SqliteWriteTransaction transaction) => _result = run(transaction);

        public override void Complete() => Answer.Complete(_result);

        public override void Fail(Exception error) => Answer.Fail(error);
    }
}
