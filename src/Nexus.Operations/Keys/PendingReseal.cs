using System.Runtime.CompilerServices;
using Nexus.Engine;
using Nexus.Stores;

namespace Nexus.Operations.Keys;

/// <summary>A record that may need resealing, and how to read it again after a concurrent change.</summary>
/// <param name="Write">The write that reseals it; null if nothing is to be done.</param>
/// <param name="ReadAgainAsync">Reads the record again; null if it was deleted.</param>
internal sealed record PendingReseal(Write? Write, Func<CancellationToken, Task<PendingReseal?>> ReadAgainAsync)
{
    /// <summary>Enumerates records, in constant memory.</summary>
    /// <param name="store">The store.</param>
    /// <param name="rows">Those of its records that are considered.</param>
    /// <param name="seal">
    /// Creates the write that reseals a record; null if nothing is to be done. The flag tells whether the record is read for the first time.
    /// </param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public static async IAsyncEnumerable<PendingReseal> ReadAllAsync(
        IStateReader store, IAsyncEnumerable<IStateRow> rows, Func<IStateRow, bool, Write?> seal,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
            yield return Of(store, row, seal, isFirst: true);
    }

    private static PendingReseal Of(IStateReader store, IStateRow row, Func<IStateRow, bool, Write?> seal, bool isFirst) => new(
        seal(row, isFirst),
        async token => await StateRecords.FindAsync(store, row, token).ConfigureAwait(false) is { } now
            ? Of(store, now, seal, isFirst: false)
            : null);
}
