using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>A stream whose first row was read, so that it is known which store it comes from.</summary>
internal sealed class OpenedStream<T> : IAsyncDisposable
{
    private readonly CancellationTokenSource _life;
    private readonly IAsyncEnumerator<T> _rows;
    private bool _any;

    private OpenedStream(CancellationTokenSource life, IAsyncEnumerator<T> rows) => (_life, _rows) = (life, rows);

    /// <param name="read">The stream.</param>
    /// <param name="store">Where it comes from.</param>
    /// <param name="opening">Gives up the opening; it may end when that is done.</param>
    /// <param name="cancellationToken">Ends the stream.</param>
    public static async Task<OpenedStream<T>> OpenAsync(
        Func<IStore, CancellationToken, IAsyncEnumerable<T>> read, IStore store, CancellationToken opening, CancellationToken cancellationToken)
    {
        var life = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var stream = new OpenedStream<T>(life, read(store, life.Token).GetAsyncEnumerator(life.Token));
        try
        {
            using var giveUp = opening.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), life);
            stream._any = await stream._rows.MoveNextAsync().ConfigureAwait(false);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async IAsyncEnumerable<T> ReadAllAsync()
    {
        for (; _any; _any = await _rows.MoveNextAsync().ConfigureAwait(false)) yield return _rows.Current;
    }

    public async ValueTask DisposeAsync()
    {
        await _rows.DisposeAsync().ConfigureAwait(false);
        _life.Dispose();
    }
}
