using Microsoft.Extensions.Logging.Abstractions;
using Nexus.BotState;
using Nexus.Engine;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.ImportExport;

/// <summary>The engine's own features over the store that is imported into, so that an import is checked and sealed like any other write.</summary>
internal sealed class ImportTarget : IAsyncDisposable
{
    private readonly WriteQueue _queue;

    public ImportTarget(IStore store, Sealer sealer, NexusOptions options, TimeProvider clock)
    {
        (Store, Sealer, Documents) = (store, sealer, new DocumentSealer(sealer));
        _queue = new WriteQueue(store, options.Writers, options.MaxBatchSize, options.QueueCapacity);
        Sessions = new NexusSessions(store, _queue, sealer, Documents, options.CacheCapacity);
        Users = new NexusUsers(store, _queue, Documents, options, clock, NullLogger<NexusUsers>.Instance);
        BotState = new NexusBotState(store, _queue, Documents);
        Trades = new NexusTrades(store, _queue, Documents, clock);
        SystemConfig = new NexusSystemConfig(store, _queue, Documents);
    }

    public IStore Store { get; }

    public Sealer Sealer { get; }

    public DocumentSealer Documents { get; }

    public NexusSessions Sessions { get; }

    public NexusUsers Users { get; }

    public NexusBotState BotState { get; }

    public NexusTrades Trades { get; }

    public NexusSystemConfig SystemConfig { get; }

    /// <summary>Waits until everything that was taken is written; the store stays open.</summary>
    public ValueTask DisposeAsync() => _queue.DisposeAsync();
}
