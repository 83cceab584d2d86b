using Microsoft.Extensions.Logging.Abstractions;
using Nexus.BotState;
using Nexus.Engine;
using Nexus.KeyedState;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.ImportExport;

/// <summary>The engine's features over the target store, so that an import is validated and sealed like any other write.</summary>
internal sealed class ImportTarget : IAsyncDisposable
{
    private readonly WriteQueue _queue;

    public ImportTarget(IStateReader store, IStateWriter writer, Sealer sealer, NexusOptions options, TimeProvider clock)
    {
        (Store, Writer, Sealer, Documents) = (store, writer, sealer, new DocumentSealer(sealer));
        _queue = new WriteQueue(writer, options.Writers, options.MaxBatchSize, options.QueueCapacity);
        Sessions = new NexusSessions(store, writer.Changes, _queue, sealer, Documents, options.CacheCapacity);
        Users = new NexusUsers(
            store, writer.Changes, _queue, Documents, options.Owners, options.CacheCapacity, options.CacheBytes, clock,
                NullLogger<NexusUsers>.Instance);
        BotState = new NexusBotState(store, writer.Changes, _queue, Documents);
        Trades = new NexusTrades(store, _queue, Documents, clock);
        SystemConfig = new NexusSystemConfig(store, _queue, Documents);
        State = new NexusKeyedState(store, _queue, Documents);
    }

    public IStateReader Store { get; }

    public IStateWriter Writer { get; }

    public Sealer Sealer { get; }

    public DocumentSealer Documents { get; }

    public NexusSessions Sessions { get; }

    public NexusUsers Users { get; }

    public NexusBotState BotState { get; }

    public NexusTrades Trades { get; }

    public NexusSystemConfig SystemConfig { get; }

    public NexusKeyedState State { get; }

    /// <summary>Waits until all accepted writes are written. The store stays open.</summary>
    public ValueTask DisposeAsync() => _queue.DisposeAsync();
}
