using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Dispatch;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.History;
using Nexus.Idempotency;
using Nexus.Infrastructure;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Leases;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Sharding;
using Nexus.Sqlite;
using Nexus.Stores;
using Nexus.Subscriptions;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus;

/// <summary>
/// The state of a trading bot with many subscribers, in PostgreSQL or in an embedded store. Safe for concurrent use; one per process and database.
/// </summary>
/// <example><code>
/// await using var db = await NexusDb.OpenAsync(NexusOptions.FromEnvironment());
/// await db.Sessions.SaveAsync(new Session(12345, "api key", "api secret", StateJson.Parse("""{"mode":"PILOT"}""")));
/// </code></example>
public sealed partial class NexusDb : IAsyncDisposable
{
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(30);

    private readonly NexusOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _clock;
    private readonly EngineTelemetry _telemetry;
    private Opened? _opened;

    /// <summary>Does not touch the store; <see cref="StartAsync"/> opens it.</summary>
    internal NexusDb(NexusOptions options, ILoggerFactory loggers, TimeProvider clock, EngineTelemetry telemetry)
    {
        options.Validate();
        options.MakeReadOnly();
        (_options, _loggers, _clock, _telemetry) = (options, loggers, clock, telemetry);
        telemetry.ObserveQueue(() => Volatile.Read(ref _opened)?.Queue.Pending ?? 0);
        DispatchInstruments.Create(telemetry.Meter, () => Volatile.Read(ref _opened)?.Features.Dispatcher);
        FailoverInstruments.Create(telemetry.Meter, () => Volatile.Read(ref _opened)?.Fallback);
        PoolInstruments.Create(telemetry.Meter, () => (Volatile.Read(ref _opened)?.Store as IServerStore)?.PoolUse);
        NoticeInstruments.Create(telemetry.Meter, () => (Volatile.Read(ref _opened)?.Store as IServerStore)?.NoticeUse);
    }

    /// <summary>Opens the store, brings its schema up to date and checks the encryption keys against it.</summary>
    /// <param name="options">Where the state is kept and how.</param>
    /// <param name="loggers">Receives the logs; null for none.</param>
    /// <param name="clock">The clock of the process; null for the system clock.</param>
    /// <param name="cancellationToken">Cancels the opening and closes whatever was opened.</param>
    /// <exception cref="NexusConfigurationException">A setting is missing or invalid, or an encryption key is missing.</exception>
    /// <exception cref="StoreUnavailableException">The store cannot be reached.</exception>
    /// <exception cref="StoreIncompatibleException">This version of Nexus cannot use the store or its schema.</exception>
    /// <exception cref="DataFolderInUseException">Another process has the embedded store open.</exception>
    /// <example><code>await using var db = await NexusDb.OpenAsync(new NexusOptions { DataFolder = "data" }, loggerFactory);</code></example>
    public static async Task<NexusDb> OpenAsync(
        NexusOptions options, ILoggerFactory? loggers = null, TimeProvider? clock = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var telemetry = new EngineTelemetry();
        try
        {
            var db = new NexusDb(options, loggers ?? NullLoggerFactory.Instance, clock ?? TimeProvider.System, telemetry);
            await db.StartAsync(cancellationToken).ConfigureAwait(false);
            return db;
        }
        catch
        {
            telemetry.Dispose();
            throw;
        }
    }

    /// <summary>The configuration of each chat, with its exchange keys.</summary>
    public NexusSessions Sessions => Open.Features.Sessions;

    /// <summary>Who may use the bot.</summary>
    public NexusUsers Users => Open.Features.Users;

    /// <summary>The bot's global switches.</summary>
    public NexusBotState BotState => Open.Features.BotState;

    /// <summary>Every trade.</summary>
    public NexusTrades Trades => Open.Features.Trades;

    /// <summary>Settings by key.</summary>
    public NexusSystemConfig SystemConfig => Open.Features.SystemConfig;

    /// <summary>JSON values under a namespace and a key, with a time to live.</summary>
    public NexusKeyedState State => Open.Features.State;

    /// <summary>Scheduled tasks of chats, and the claims of the workers that run them.</summary>
    public NexusTasks Tasks => Open.Features.Tasks;

    /// <summary>Notices before the end of a subscription, and the lock-down after it.</summary>
    public NexusSubscriptions Subscriptions => Open.Features.Subscriptions;

    /// <summary>Who changed what, and when.</summary>
    public NexusHistory History => Open.History;

    /// <summary>How the strategies of each chat are tuned.</summary>
    public NexusCalibration Calibration => Open.Features.Calibration;

    /// <summary>Requests that are carried out once, however often they are sent.</summary>
    public NexusIdempotency Idempotency => Open.Features.Idempotency;

    /// <summary>Leases for work that only one of several instances may do; null on the embedded store, which has one instance.</summary>
    public NexusLeases? Leases => Open.Leases;

    /// <summary>The outbox of the failover; null on the embedded store and if <see cref="NexusOptions.Fallback"/> is off.</summary>
    public NexusOutbox? Outbox => Open.Outbox;

    /// <summary>The state of the failover; null if there is no failover or Nexus is not open.</summary>
    public FallbackStatus? Fallback => Volatile.Read(ref _opened)?.Outbox?.Status;

    /// <summary>Ids of the configured encryption keys; the first one seals.</summary>
    public IReadOnlyList<string> KeyIds => Open.Sealer.Keys.Ids;

    /// <summary>Problems of a store that responds; empty if there are none. Makes no call to the store.</summary>
    public IReadOnlyList<StoreConcern> Concerns => Volatile.Read(ref _opened)?.Store.Concerns ?? [];

    /// <summary>
    /// Whether changes of other instances are proven to arrive. While false, nothing is served from memory, and callers must not rely on their own
    /// copies.
    /// </summary>
    public bool HearsChanges => Open.Store.Changes.IsLive;

    /// <summary>How many shards the database has; 1 for a database without shards and for the embedded store.</summary>
    public int Shards => Open.Store is ShardedStore shards ? shards.Count : 1;

    /// <summary>Writes that wait or are in flight.</summary>
    public int QueuedWrites => Open.Queue.Pending;

    /// <summary>Version, size and row counts of the store.</summary>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <example><code>var size = (await db.GetStatusAsync()).SizeBytes;</code></example>
    public Task<StoreStatus> GetStatusAsync(CancellationToken cancellationToken = default) => Open.Store.GetStatusAsync(cancellationToken);

    /// <summary>The store's clock, which decides expiry. This is the cheapest call and so the way to check whether the store responds.</summary>
    /// <exception cref="StoreUnavailableException">The store does not respond.</exception>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <example><code>var now = await db.GetTimeAsync();</code></example>
    public Task<DateTimeOffset> GetTimeAsync(CancellationToken cancellationToken = default) => Open.Store.GetTimeAsync(cancellationToken);

    /// <summary>
    /// Changes from now on, in this and other instances on the same store, in batches as they were committed. Only names of records,
    /// never their content.
    /// </summary>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <example><code>
    /// await foreach (var changes in db.WatchAsync(stopping))
    /// {
    ///     foreach (var change in changes) Console.WriteLine($"{change.Table} {change.Id}");
    /// }
    /// </code></example>
    public async IAsyncEnumerable<IReadOnlyList<StateChange>> WatchAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var subscription = Open.Store.Changes.Subscribe();
        await foreach (var changes in subscription.ReadAllAsync(cancellationToken).ConfigureAwait(false)) yield return changes;
    }

    /// <summary>
    /// Keys for a purpose of the host, such as signing its cookies: 32 bytes, derived from each encryption key (HKDF-SHA-256), the primary first.
    /// Equal in every instance with the same encryption keys. They say nothing about the encryption keys or about the keys of other purposes.
    /// </summary>
    /// <param name="purpose">Names the purpose, 1 to 100 characters.</param>
    /// <exception cref="NexusValidationException">The purpose is empty or too long.</exception>
    /// <example><code>var signing = db.DeriveKeys("cookies")[0];</code></example>
    public IReadOnlyList<byte[]> DeriveKeys(string purpose)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        var name = Encoding.UTF8.GetBytes(Validation.Text("purpose", purpose, 100));
        return [.. Open.Sealer.Keys.Keys.ToArray().Select(key => key.DeriveFor(name))];
    }

    /// <summary>The store under the features.</summary>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public IStore Store => Open.Store;

    /// <summary>Seals and opens the secrets of the store.</summary>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public Sealer Sealer => Open.Sealer;

    private Opened Open =>
        _opened ?? throw new InvalidOperationException("Nexus is not open: await NexusDb.OpenAsync, or start the host that AddNexus was called on.");

    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_opened is not null) return;
        // Keys that are given are looked at before the store is touched: a start that is refused for want of one must not have migrated the
        // database. The embedded store's own key is made once its folder is known to be ours.
        var given = _options.UsesPostgres ? await _options.LoadKeysAsync(_loggers, cancellationToken).ConfigureAwait(false) : null;
        var memory = _options.UsesDataFolder ? new RememberedStore(_options, _loggers, _clock) : null;
        if (memory is not null) await memory.RefuseOtherKindAsync(cancellationToken).ConfigureAwait(false);
        // A start without PostgreSQL checks the keys against the local replica; PostgreSQL is checked before it is used.
        var sealer = given is null ? null : new Sealer(given);
        var store = await StoreFactory.OpenAsync(
            _options, _loggers, _clock, opening => Prepare(opening, sealer, memory), cancellationToken).ConfigureAwait(false);
        try
        {
            if (FallbackOf(store) is not null) memory!.RefuseUnproven(((IServerStore)store).Location);
            sealer ??= new Sealer(await _options.LoadKeysAsync(_loggers, cancellationToken).ConfigureAwait(false));
            Describe(store, sealer);
            await KeyCanary.EnsureAsync(store, sealer, cancellationToken).ConfigureAwait(false);
            if (FallbackOf(store) is { } proven) await proven.AdoptOutboxAsync(cancellationToken).ConfigureAwait(false);
            if (memory is not null) await memory.RememberAsync(cancellationToken).ConfigureAwait(false);
            LogKeptIn(_loggers.CreateLogger<NexusDb>(), store.Kind,
                store is IServerStore server ? server.Location : Path.Combine(Path.GetFullPath(_options.DataFolder), SqliteStore.FileName));
            _opened = new Opened(store, sealer, _options, _loggers, _clock, _telemetry);
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>What a store checks while it is opened.</summary>
    private void Prepare(IStore store, Sealer? sealer, RememberedStore? memory)
    {
        if (store is IServerStore server) server.Identified = memory is null ? null : memory.RefuseOtherAsync;
        if (sealer is not null) Describe(store, sealer);
        if (store is ShardedStore shards) PrepareShards(shards, sealer!, memory!);
        if (store is FailoverStore fallback) Prepare(fallback, sealer!, memory!, isHome: false);
    }

    /// <param name="fallback">Of a database, or of the home shard.</param>
    /// <param name="sealer">With the configured keys.</param>
    /// <param name="memory">Learns which database it is.</param>
    /// <param name="isHome">The canary is made once all shards are open: another shard may hold sealed values.</param>
    private static void Prepare(FailoverStore fallback, Sealer sealer, RememberedStore memory, bool isHome)
    {
        fallback.Check = new SpooledWriteCheck(sealer);
        fallback.VerifyRemote = async (remote, token) =>
        {
            var features = isHome
                ? await KeyCanary.VerifyAsync(remote, sealer, token).ConfigureAwait(false) ?? SealFeatures.Current
                : await KeyCanary.EnsureAsync(remote, sealer, token).ConfigureAwait(false);
            fallback.AcceptsAdopted = !features.HasFlag(SealFeatures.AuthenticOutbox);
            await fallback.AdoptOutboxAsync(token).ConfigureAwait(false);
            await memory.RememberAsync(token).ConfigureAwait(false);
        };
    }

    /// <summary>
    /// The home shard, which comes first, has the canary of all. No version without authentic outboxes had shards with a fallback.
    /// </summary>
    private static void PrepareShards(ShardedStore shards, Sealer sealer, RememberedStore memory)
    {
        FailoverStore? home = null;
        shards.PrepareFallback = (shard, fallback) =>
        {
            if (shard == 0)
            {
                Prepare(home = fallback, sealer, memory, isHome: true);
                return;
            }
            fallback.Check = new SpooledWriteCheck(sealer);
            fallback.VerifyRemote = async (_, token) =>
            {
                await KeyCanary.VerifyAsync(home!, sealer, token).ConfigureAwait(false);
                await fallback.AdoptOutboxAsync(token).ConfigureAwait(false);
            };
        };
    }

    private static IFallback? FallbackOf(IStore store) => store switch
    {
        FailoverStore fallback => fallback,
        ShardedStore shards => shards.Fallback,
        _ => null,
    };

    private void Describe(IStore store, Sealer sealer)
    {
        if (_options.History != HistoryMode.Off) store.History.Describer = new ChangeDescriber(new DocumentSealer(sealer));
    }

    /// <summary>Refuses further writes, waits up to 30 s until accepted writes are written, and closes the store.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(DrainLimit, _clock);
        await CloseAsync(limit.Token).ConfigureAwait(false);
    }

    /// <summary>As <see cref="DisposeAsync"/>, but waits until cancelled. Callers of writes that are not written get an error.</summary>
    internal async Task CloseAsync(CancellationToken limit)
    {
        if (Interlocked.Exchange(ref _opened, null) is not { } opened) return;
        try
        {
            await opened.Queue.StopAsync(limit).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            LogNotDrained(_loggers.CreateLogger<NexusDb>(), opened.Queue.Pending);
        }
        await opened.Features.Dispatcher.DisposeAsync().ConfigureAwait(false);
        await opened.Store.DisposeAsync().ConfigureAwait(false);
        _telemetry.Dispose();
    }

    [LoggerMessage(1001, LogLevel.Error, "{Writes} writes did not finish within the time limit for stopping; none of them was acknowledged")]
    private static partial void LogNotDrained(ILogger logger, int writes);

    [LoggerMessage(1002, LogLevel.Information, "The state is kept in the {Kind} store {Location}")]
    private static partial void LogKeptIn(ILogger logger, string kind, string location);

    private sealed class Opened
    {
        public Opened(IStore store, Sealer sealer, NexusOptions options, ILoggerFactory loggers, TimeProvider clock, EngineTelemetry telemetry)
        {
            (Store, Sealer) = (store, sealer);
            History = new NexusHistory(store.History);
            Fallback = FallbackOf(store);
            Outbox = Fallback is null ? null : new NexusOutbox(Fallback);
            Features = new StateFeatures(store, store, sealer, options, clock, loggers.CreateLogger<NexusUsers>(), telemetry);
            Features.Users.Renewed = Features.Subscriptions.RestoreAsync;
            Features.Subscriptions.ForgetHistory = History.ForgetAsync;
            Leases = store switch
            {
                IShardStore { Leases: var leases } => new NexusLeases(leases),
                ShardedStore { Leases: var leases } => new NexusLeases(leases),
                _ => null,
            };
        }

        public IStore Store { get; }

        public Sealer Sealer { get; }

        public IFallback? Fallback { get; }

        public NexusOutbox? Outbox { get; }

        public NexusHistory History { get; }

        public NexusLeases? Leases { get; }

        public StateFeatures Features { get; }

        public WriteQueue Queue => Features.Queue;
    }
}
