namespace Nexus.Sqlite;

/// <summary>
/// Work that a caller waits for while a thread of the store does it. Until the thread takes it, the caller can cancel it and it never
/// happens; from then on the caller gets its outcome.
/// </summary>
internal abstract class SqliteCall
{
    private int _taken;

    /// <summary>True for the first who asks: the thread that runs the call, or the cancellation that ends it.</summary>
    public bool TryTake() => Interlocked.Exchange(ref _taken, 1) == 0;

    public abstract void Fail(Exception error);
}

/// <summary>What the caller of an <see cref="SqliteCall"/> waits for.</summary>
internal sealed class EmbeddedAnswer<T>
{
    // The caller must not continue on the store's thread, where it would hold up every other caller.
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _completion.Task;

    public void Complete(T result) => _completion.TrySetResult(result);

    public void Fail(Exception error) => _completion.TrySetException(error);

    public void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);
}
