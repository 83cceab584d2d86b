using Nexus.Engine;
using Nexus.Secrets;
using Nexus.Stores;

namespace Nexus.Operations.ImportExport;

/// <summary>The store that records are imported into, and the features over it: an import is validated and sealed like any other write.</summary>
internal sealed class ImportTarget(IStateReader store, IStateWriter writer, Sealer sealer, NexusOptions options, TimeProvider clock)
    : IAsyncDisposable
{
    public IStateReader Store => store;

    public IStateWriter Writer => writer;

    public Sealer Sealer => sealer;

    public StateFeatures Features { get; } = StateFeatures.Over(store, writer, sealer, options, clock);

    public DocumentSealer Documents => Features.Documents;

    /// <summary>Waits until all accepted writes are written. The store stays open.</summary>
    public ValueTask DisposeAsync() => Features.DisposeAsync();
}
