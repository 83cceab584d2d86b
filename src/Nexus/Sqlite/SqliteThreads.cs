using System.Collections.Concurrent;
using Nexus.Errors;

namespace Nexus.Sqlite;

/// <summary>
/// Dedicated threads that take calls from one queue, each with its own connection. SQLite's API blocks; on the thread pool it
/// would starve asynchronous work.
/// </summary>
/// <typeparam name="TCall">What the queue holds.</typeparam>
internal sealed class SqliteThreads<TCall> : IAsyncDisposable
    where TCall : SqliteCall
{
    private readonly BlockingCollection<TCall> _queue = [];
    private readonly Func<SqliteSession> _open;
    private readonly Action<SqliteSession, TCall, BlockingCollection<TCall>> _run;
    private readonly Func<Exception, Exception> _translate;
    private readonly Action<Action>? _dispatch;
    private readonly bool _sharesSession;
    private readonly Task[] _ends;
    private SqliteSession? _dispatched;

    /// <param name="name">Of the threads, for debuggers.</param>
    /// <param name="count">How many.</param>
    /// <param name="open">Opens a thread's connection when it gets its first call.</param>
    /// <param name="run">Runs a call that was taken; it may take more from the queue.</param>
    /// <param name="translate">Puts an error of <paramref name="open"/> in the store's words.</param>
    /// <param name="dispatch">Runs each call, one at a time, in place of threads; null for threads.</param>
    /// <param name="sharesSession">Whether somebody else closes what <paramref name="open"/> returns.</param>
    public SqliteThreads(
        string name,
        int count,
        Func<SqliteSession> open,
        Action<SqliteSession, TCall, BlockingCollection<TCall>> run,
        Func<Exception, Exception> translate,
        Action<Action>? dispatch = null,
        bool sharesSession = false)
    {
        (_open, _run, _translate, _dispatch, _sharesSession) = (open, run, translate, dispatch, sharesSession);
        _ends = dispatch is null ? new Task[count] : [];
        if (dispatch is not null) return;
        for (var i = 0; i < count; i++)
        {
            var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _ends[i] = end.Task;
            new Thread(() => Work(end)) { Name = name, IsBackground = true }.Start();
        }
    }

    /// <summary>Completes with the result of the call.</summary>
    /// <exception cref="StoreUnavailableException">The store is closed.</exception>
    public async Task<T> RunAsync<T>(TCall call, EmbeddedAnswer<T> answer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            _queue.Add(call, CancellationToken.None);
        }
        catch (InvalidOperationException)
        {
            throw SqliteErrors.Stopped();
        }
        _dispatch?.Invoke(RunNext);
        using var registration = cancellationToken.UnsafeRegister(
            (_, token) =>
            {
                if (call.TryTake()) answer.Cancel(token);
            },
            null);
        return await answer.Task.ConfigureAwait(false);
    }

    /// <summary>Takes no more calls, finishes those that wait and closes the connections.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.CompleteAdding();
        await Task.WhenAll(_ends).ConfigureAwait(false);
        while (_queue.Count > 0) RunNext();
        if (!_sharesSession) _dispatched?.Dispose();
        _queue.Dispose();
    }

    private void RunNext()
    {
        if (_queue.TryTake(out var call) && call.TryTake()) Run(ref _dispatched, call);
    }

    private void Run(ref SqliteSession? connection, TCall call)
    {
        try
        {
            connection ??= _open();
            _run(connection, call, _queue);
        }
        catch (Exception error)
        {
            call.Fail(_translate(error));
        }
    }

    private void Work(TaskCompletionSource end)
    {
        SqliteSession? connection = null;
        try
        {
            foreach (var call in _queue.GetConsumingEnumerable())
            {
                if (call.TryTake()) Run(ref connection, call);
            }
            connection?.Dispose();
            end.SetResult();
        }
        catch (Exception error)
        {
            end.SetException(error);
        }
    }
}
