using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Nexus.Storage.Embedded;

/// <summary>
/// The one thread that writes. Everything that waits when it looks goes into one transaction, so that a thousand callers share one sync of
/// the disk and a lone caller waits for nobody.
/// </summary>
internal sealed class EmbeddedWriter : IAsyncDisposable
{
    private const int LargestGroup = 10_000;

    private readonly string _file;
    private readonly TimeProvider _clock;
    private readonly ChangeFeed _changes;
    private readonly ILogger _logger;
    private readonly EmbeddedThreads<EmbeddedWork> _thread;

    public EmbeddedWriter(string file, TimeProvider clock, ChangeFeed changes, ILogger logger)
    {
        (_file, _clock, _changes, _logger) = (file, clock, changes, logger);
        _thread = new EmbeddedThreads<EmbeddedWork>("Nexus embedded writer", 1, Open, CommitWaiting, error => EmbeddedErrors.Translate(error, file));
    }

    /// <summary>Does the work in a transaction shared with whatever else waits; complete when it is durable.</summary>
    public Task<T> RunAsync<T>(Func<EmbeddedTransaction, T> work, int writes, CancellationToken cancellationToken)
    {
        var call = new Work<T>(work, writes);
        return _thread.RunAsync(call, call.Answer, cancellationToken);
    }

    public ValueTask DisposeAsync() => _thread.DisposeAsync();

    private EmbeddedConnection Open()
    {
        DataFolderLock.CreateOwnerFile(_file);
        var connection = EmbeddedConnection.OpenWriter(_file);
        try
        {
            EmbeddedSchema.BringUpToDate(connection, _file, _logger);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void CommitWaiting(EmbeddedConnection connection, EmbeddedWork first, BlockingCollection<EmbeddedWork> queue)
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
            var translated = EmbeddedErrors.Translate(error, _file);
            foreach (var work in group) work.Fail(translated);
        }
    }

    private void Commit(EmbeddedConnection connection, List<EmbeddedWork> group, int writes)
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
            EmbeddedLog.CommitUnknown(_logger, writes, error);
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
    private EmbeddedTransaction RunTransaction(EmbeddedConnection connection, List<EmbeddedWork> group, int writes)
    {
        try
        {
            try
            {
                return RunAll(oneByOne: false);
            }
            catch (Exception error) when (EmbeddedErrors.IsOfTheWriteAlone(error))
            {
                RollBack(connection);
                EmbeddedLog.AppliedOneByOne(_logger, writes, error);
                return RunAll(oneByOne: true);
            }
        }
        catch (Exception error)
        {
            RollBack(connection);
            EmbeddedLog.TransactionFailed(_logger, writes, error);
            throw;
        }

        EmbeddedTransaction RunAll(bool oneByOne)
        {
            connection.Execute("BEGIN IMMEDIATE");
            var transaction = new EmbeddedTransaction(connection, EmbeddedTime.Read(_clock), oneByOne);
            foreach (var work in group)
            {
                if (oneByOne) RunAlone(transaction, work);
                else work.Run(transaction);
            }
            return transaction;
        }
    }

    private static void RunAlone(EmbeddedTransaction transaction, EmbeddedWork work)
    {
        try
        {
            transaction.Attempt(() =>
            {
                work.Run(transaction);
                return true;
            });
        }
        catch (Exception error) when (EmbeddedErrors.IsOfTheWriteAlone(error) && !transaction.Connection.IsAutocommit)
        {
            work.Fail(EmbeddedErrors.Rejected(error));
        }
    }

    private static void RollBack(EmbeddedConnection connection)
    {
        if (!connection.IsAutocommit) connection.Execute("ROLLBACK");
    }

    private sealed class Work<T>(Func<EmbeddedTransaction, T> run, int writes) : EmbeddedWork
    {
        private T _result = default!;

        public EmbeddedAnswer<T> Answer { get; } = new();

        public override int Writes => writes;

        public override void Run(EmbeddedTransaction transaction) => _result = run(transaction);

        public override void Complete() => Answer.Complete(_result);

        public override void Fail(Exception error) => Answer.Fail(error);
    }
}
