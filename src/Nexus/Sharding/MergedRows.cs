using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Nexus.Sharding;

/// <summary>Merges streams that are each in order.</summary>
internal static class MergedRows
{
    /// <summary>All rows in order. Each stream holds its connection and a page of rows.</summary>
    /// <param name="sources">The streams.</param>
    /// <param name="order">The order of each; rows that are equal come in the order of their streams.</param>
    /// <param name="limit">The most rows; null for all.</param>
    /// <param name="opened">Called when each stream has its first row or its end, before any row is returned.</param>
    /// <param name="cancellationToken">Ends the streams.</param>
    public static async IAsyncEnumerable<T> OfAsync<T>(
        IReadOnlyList<IAsyncEnumerable<T>> sources, Comparison<T> order, int? limit, Action opened,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var streams = sources.Select(source => source.GetAsyncEnumerator(cancellationToken)).ToArray();
        try
        {
            var next = new PriorityQueue<int, (T Row, int Stream)>(streams.Length, Comparer<(T Row, int Stream)>.Create((one, other) =>
                order(one.Row, other.Row) is not 0 and var different ? different : one.Stream.CompareTo(other.Stream)));
            // Each is awaited, also after an error of another: a stream must not be disposed of while it is read.
            var first = await Task.WhenAll(streams.Select(stream => TryMoveAsync(stream))).ConfigureAwait(false);
            foreach (var (_, error) in first) error?.Throw();
            opened();
            for (var n = 0; n < streams.Length; n++)
            {
                if (first[n].HasRow) next.Enqueue(n, (streams[n].Current, n));
            }
            for (var left = limit ?? int.MaxValue; left > 0 && next.TryDequeue(out var n, out var row); left -= limit is null ? 0 : 1)
            {
                yield return row.Row;
                if (await streams[n].MoveNextAsync().ConfigureAwait(false)) next.Enqueue(n, (streams[n].Current, n));
            }
        }
        finally
        {
            foreach (var stream in streams) await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<(bool HasRow, ExceptionDispatchInfo? Error)> TryMoveAsync<T>(IAsyncEnumerator<T> stream)
    {
        try
        {
            return (await stream.MoveNextAsync().ConfigureAwait(false), null);
        }
        catch (Exception error)
        {
            return (false, ExceptionDispatchInfo.Capture(error));
        }
    }
}
