using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Dispatch;
using Nexus.Engine;
using Nexus.Idempotency;
using Nexus.Infrastructure;
using Nexus.KeyedState;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Stores;
using Nexus.Subscriptions;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus;

/// <summary>The features over a store and their write queue: whatever passes them is validated and sealed like any other write.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed class StateFeatures : IAsyncDisposable
{
    internal StateFeatures(IStateReader store, IStateWriter writer, Sealer sealer, NexusOptions options, TimeProvider clock,
        ILogger<NexusUsers> logger, EngineTelemetry? telemetry)
    {
        Documents = new DocumentSealer(sealer);
        Queue = new WriteQueue(writer, options.Writers, options.MaxBatchSize, options.QueueCapacity, telemetry, options.History);
        Users = new NexusUsers(
            store, writer.Changes, Queue, Documents, options.Owners, options.CacheCapacity, options.CacheBytes, clock, logger, telemetry);
        BotState = new NexusBotState(store, writer.Changes, Queue, Documents, telemetry);
        var owners = options.Owners.Select(owner => owner.Value).ToFrozenSet(StringComparer.Ordinal);
        var indexer = new DispatchIndexer(
            store, writer.Changes, () => new DispatchIndex(owners, RecordTables.All, clock), clock, options.DispatchIndex, logger);
        Dispatcher = new SignalDispatcher(store, indexer, owners, BotState.IsOnAsync, clock);
        Sessions = new NexusSessions(
            store, writer.Changes, Queue, sealer, Documents, Dispatcher, options.CacheCapacity, options.CacheBytes, telemetry);
        Trades = new NexusTrades(store, Queue, Documents, clock);
        SystemConfig = new NexusSystemConfig(store, Queue, Documents);
        State = new NexusKeyedState(store, Queue, Documents);
        Tasks = new NexusTasks(
            store, store, writer as ITaskClaimer, Queue, Documents, clock, telemetry is null ? null : new TaskTelemetry(telemetry.Meter));
        Subscriptions = new NexusSubscriptions(store, store, store, store, store, store, writer.Changes, Queue, Documents, options.Owners);

        Calibration = new NexusCalibration(store, store, Queue);
        Idempotency = new NexusIdempotency(
            new RequestStore(store, store, Queue, Documents, (write, token) => StateRecords.FindAsync(store, write, token)), clock);
    }

    /// <summary>Features whose writes go to a writer of the caller.</summary>
    /// <param name="store">What is read.</param>
    /// <param name="writer">Applies the writes, or only checks them (<see cref="DryRunWriter"/>).</param>
    /// <param name="sealer">Seals and opens the secrets.</param>
    /// <param name="options">Sizes of the queue and of the caches, and the owners.</param>
    /// <param name="clock">The clock of the process.</param>
    public static StateFeatures Over(IStateReader store, IStateWriter writer, Sealer sealer, NexusOptions options, TimeProvider clock) =>
        new(store, writer, sealer, options, clock, NullLogger<NexusUsers>.Instance, telemetry: null);

    /// <summary>The configuration of each chat.</summary>
    public NexusSessions Sessions { get; }

    /// <summary>Who may use the bot.</summary>
    public NexusUsers Users { get; }

    /// <summary>The bot's global switches.</summary>
    public NexusBotState BotState { get; }

    /// <summary>Every trade.</summary>
    public NexusTrades Trades { get; }

    /// <summary>Settings by key.</summary>
    public NexusSystemConfig SystemConfig { get; }

    /// <summary>JSON values under a namespace and a key.</summary>
    public NexusKeyedState State { get; }

    /// <summary>Scheduled tasks.</summary>
    public NexusTasks Tasks { get; }

    /// <summary>Notices before the end of a subscription, and the lock-down after it.</summary>
    public NexusSubscriptions Subscriptions { get; }

    /// <summary>How strategies are tuned.</summary>
    public NexusCalibration Calibration { get; }

    /// <summary>Requests that are carried out once, however often they are sent.</summary>
    public NexusIdempotency Idempotency { get; }

    /// <summary>Seals and opens the secrets inside documents.</summary>
    public DocumentSealer Documents { get; }

    internal WriteQueue Queue { get; }

    internal SignalDispatcher Dispatcher { get; }

    /// <summary>Waits until all accepted writes are written. The store stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        await Dispatcher.DisposeAsync().ConfigureAwait(false);
        await Queue.DisposeAsync().ConfigureAwait(false);
    }
}
