using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Configuration;
using Nexus.Caching;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Infrastructure;
using Nexus.Postgres;
using Nexus.Sessions;

namespace Nexus;

/// <summary>
/// Where the state is kept and how. Environment variables in parentheses are read by <see cref="ReadEnvironment"/> and by nothing else. The options
/// of an open <see cref="NexusDb"/> are read-only.
/// </summary>
/// <example><code>
/// var options = new NexusOptions { DataFolder = "data", Fallback = FallbackMode.ReadOnly };
/// options.ReadEnvironment();
/// await using var db = await NexusDb.OpenAsync(options);
/// </code></example>
public sealed class NexusOptions
{
    private const int MostDays = 36_500;
    private const long LeastOutboxBytes = 1024 * 1024;

    private bool _isReadOnly;

    /// <summary>The defaults: the embedded store in the folder <c>data</c>.</summary>
    public NexusOptions() => Owners = new OwnerList(this);

    /// <summary>Whether a database was opened with these options. Setting a property then throws <see cref="InvalidOperationException"/>.</summary>
    public bool IsReadOnly => _isReadOnly;

    /// <summary>
    /// PostgreSQL as a URL (<c>postgres://user:password@host:5432/name?sslmode=require</c>) or in key=value form (<c>DATABASE_URL</c>).
    /// Null or empty: the embedded store. A remote host needs TLS unless <c>sslmode=disable</c> is set.
    /// </summary>
    public string? Database { get; set => field = Settable(value); }

    /// <summary>
    /// The server's own address where <see cref="Database"/> leads through a pooler such as PgBouncer (<c>NEXUS_DIRECT_URL</c>): for change
    /// notifications, migrations, maintenance and backups. The option <c>listen=host:port</c> in <see cref="Database"/> does the same with the other
    /// settings of that URL. Null or empty: none.
    /// </summary>
    public string? DirectDatabase { get; set => field = Settable(value); }

    /// <summary>
    /// Folder of the embedded store, its keys, the local replica and outbox of the failover, and the server's admin key (<c>NEXUS_DATA</c>). Default
    /// <c>data</c>.
    /// </summary>
    public string DataFolder { get; set => field = Settable(value); } = "data";

    /// <summary>
    /// The servers of a database with several shards beside that of <see cref="Database"/>, which is the home shard: URLs separated by spaces or line
    /// breaks, in the order in which the shards were made (<c>NEXUS_SHARD_URLS</c>). Null or empty if all shards are on one server.
    /// </summary>
    public string? ShardDatabases { get; set => field = Settable(value); }

    /// <summary>
    /// Whether a batch that is saved as a whole (<see cref="NexusSessions.SaveBatchAsync(IReadOnlyList{Session}, CancellationToken)"/>) may have
    /// chats on several servers of <see cref="ShardDatabases"/> (<c>NEXUS_TWO_PHASE_BATCHES</c>). It is then committed in two phases, which needs
    /// <c>max_prepared_transactions</c> on these servers. Default false: such a batch is refused. Chats on several shards of one server need no
    /// setting.
    /// </summary>
    public bool TwoPhaseBatches { get; set => field = Settable(value); }

    /// <summary>The schema that holds the tables. Default <c>public</c>.</summary>
    public string Schema { get; set => field = Settable(value); } = "public";

    /// <summary>The key ring, comma separated: the first seals, all open (<c>NEXUS_KEYS</c>). A key is 32 random bytes in base64.</summary>
    public string? Keys { get; set => field = Settable(value); }

    /// <summary>The legacy's Fernet key (<c>ENCRYPTION_KEY</c>): opens legacy tokens, and seals when <see cref="Keys"/> names no key.</summary>
    public string? EncryptionKey { get; set => field = Settable(value); }

    /// <summary>Chat ids with every permission, which need no user row (<c>TELEGRAM_CHAT_ID</c>, comma separated).</summary>
    public IList<ChatId> Owners { get; }

    /// <summary>Connections kept open, 0 to <see cref="MaxPoolSize"/>. Default 5.</summary>
    public int MinPoolSize { get; set => field = Settable(value); } = 5;

    /// <summary>The maximum number of connections to PostgreSQL, 1 to 1,000; two of them are for change notices. Default 20.</summary>
    public int MaxPoolSize { get; set => field = Settable(value); } = 20;

    /// <summary>The longest wait for a connection, pooled or new; above zero. Default 15 s.</summary>
    public TimeSpan ConnectTimeout { get; set => field = Settable(value); } = TimeSpan.FromSeconds(15);

    /// <summary>The longest run of one statement; above zero. Default 30 s.</summary>
    public TimeSpan CommandTimeout { get; set => field = Settable(value); } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// What happens while PostgreSQL is unavailable (<c>NEXUS_FALLBACK</c>: <c>off</c>, <c>read-only</c>, <c>read-write</c>). Default
    /// <see cref="FallbackMode.ReadWrite"/>, which is for one instance; each instance needs its own <see cref="DataFolder"/>.
    /// </summary>
    public FallbackMode Fallback { get; set => field = Settable(value); } = FallbackMode.ReadWrite;

    /// <summary>
    /// Whether to start while PostgreSQL is unavailable and the data folder holds no local replica yet. Default false: on a first start a wrong
    /// <see cref="Database"/> is likelier than an outage. True where <c>NEXUS_FALLBACK</c> names the mode.
    /// </summary>
    public bool FallbackWithoutCopy { get; set => field = Settable(value); }

    /// <summary>
    /// What the local replica holds for an outage (<c>NEXUS_FALLBACK_COPY</c>: <c>all</c>, <c>access</c>, <c>none</c>). Default
    /// <see cref="FallbackCopy.All"/>. Reads of what it does not hold fail during an outage.
    /// </summary>
    public FallbackCopy FallbackCopy { get; set => field = Settable(value); } = FallbackCopy.All;

    /// <summary>
    /// The size limit of the writes in the outbox, in bytes; 1 MiB or more (<c>NEXUS_OUTBOX_BYTES</c>). Further writes are refused with
    /// <see cref="StoreUnavailableException"/> (<see cref="StoreUnavailableReason.OutboxFull"/>). Default 1 GiB.
    /// </summary>
    public long OutboxBytes { get; set => field = Settable(value); } = 1024L * 1024 * 1024;

    /// <summary>
    /// Whether to continue if the data folder has served another store, holds embedded records while <see cref="Database"/> is set, or has seen a
    /// higher timeline of the cluster, as after a restore without its archive. The folder serves the new store from then on. Default false: a
    /// missing or wrong <see cref="Database"/> is likelier than an intended change of store.
    /// </summary>
    public bool AcceptOtherStore { get; set => field = Settable(value); }

    /// <summary>How long a call waits for PostgreSQL before the fallback serves it, above zero. Default 5 s.</summary>
    public TimeSpan FallbackAfter { get; set => field = Settable(value); } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Whether opening brings an empty or older Nexus schema up to date. It never adopts a legacy database. Default
    /// true.
    /// </summary>
    public bool MigrateOnOpen { get; set => field = Settable(value); } = true;

    /// <summary>Writers that apply batches in parallel, each for its share of the keys; 1 to 16. Default 2.</summary>
    public int Writers { get; set => field = Settable(value); } = 2;

    /// <summary>The maximum number of writes in one commit, 1 to 10,000. Default 500.</summary>
    public int MaxBatchSize { get; set => field = Settable(value); } = 500;

    /// <summary>The maximum number of writes that wait in memory, 1 or more; further callers wait. Default 10,000.</summary>
    public int QueueCapacity { get; set => field = Settable(value); } = 10_000;

    /// <summary>
    /// Rows of each kind (users, their access, sessions) kept in memory for reads, 1 or more; change notices invalidate them. Default 100,000.
    /// </summary>
    public int CacheCapacity { get; set => field = Settable(value); } = 100_000;

    /// <summary>Approximate limit for the cached rows of each kind, in bytes; 1 MiB or more. Default 256 MiB.</summary>
    public long CacheBytes { get; set => field = Settable(value); } = CacheLimits.DefaultBytes;

    /// <summary>
    /// Whether <see cref="NexusSessions.DispatchAsync"/> keeps an index of the sessions in memory, about 130 bytes each. Without it every signal is a
    /// query of the store. Default true; an instance that dispatches no signal has no index.
    /// </summary>
    public bool DispatchIndex { get; set => field = Settable(value); } = true;

    /// <summary>
    /// Which changes get an entry in the history of changes (<c>NEXUS_HISTORY</c>: <c>off</c>, <c>people</c>, <c>all</c>). Default
    /// <see cref="HistoryMode.People"/>.
    /// </summary>
    public HistoryMode History { get; set => field = Settable(value); } = HistoryMode.People;

    /// <summary>
    /// Days after which the maintenance removes entries of the history of changes, 1 to 36,500 (<c>NEXUS_HISTORY_DAYS</c>). Default 90.
    /// </summary>
    public int HistoryDays { get; set => field = Settable(value); } = 90;

    /// <summary>Entries of the history that the maintenance keeps at most, the newest; 1 or more. Default 1,000,000.</summary>
    public long HistoryEntries { get; set => field = Settable(value); } = 1_000_000;

    /// <summary>New options with the variables named above.</summary>
    /// <param name="variable">Reads a variable by name; null for the environment of the process.</param>
    /// <exception cref="NexusConfigurationException">A variable has an invalid value.</exception>
    /// <example><code>await using var db = await NexusDb.OpenAsync(NexusOptions.FromEnvironment());</code></example>
    public static NexusOptions FromEnvironment(Func<string, string?>? variable = null)
    {
        var options = new NexusOptions();
        options.ReadEnvironment(variable);
        return options;
    }

    /// <summary>Reads the variables named above. A variable that is missing or empty leaves its property as it is.</summary>
    /// <param name="variable">Reads a variable by name; null for the environment of the process.</param>
    /// <exception cref="NexusConfigurationException">A variable has an invalid value.</exception>
    /// <example><code>services.AddNexus(options => options.ReadEnvironment());</code></example>
    public void ReadEnvironment(Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        if (Given("DATABASE_URL") is { } database) Database = database;
        if (Given("NEXUS_SHARD_URLS") is { } shards) ShardDatabases = shards;
        if (Given("NEXUS_TWO_PHASE_BATCHES") is { } twoPhase)
            TwoPhaseBatches = bool.TryParse(twoPhase, out var isOn)
                ? isOn : throw new NexusConfigurationException("NEXUS_TWO_PHASE_BATCHES", "must be true or false");
        if (Given("NEXUS_DIRECT_URL") is { } direct) DirectDatabase = direct;
        if (Given("NEXUS_KEYS") is { } keys) Keys = keys;
        if (Given("ENCRYPTION_KEY") is { } key) EncryptionKey = key;
        if (Given("NEXUS_DATA") is { } folder) DataFolder = folder;
        if (Given("NEXUS_FALLBACK") is { } fallback) (Fallback, FallbackWithoutCopy) = (ParseFallback("NEXUS_FALLBACK", fallback), true);
        if (Given("NEXUS_FALLBACK_COPY") is { } copy) FallbackCopy = ParseFallbackCopy("NEXUS_FALLBACK_COPY", copy);
        if (Given("NEXUS_OUTBOX_BYTES") is { } bytes)
            OutboxBytes = long.TryParse(bytes, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most >= LeastOutboxBytes
                ? most : throw new NexusConfigurationException("NEXUS_OUTBOX_BYTES", $"must be a whole number, at least {LeastOutboxBytes}");
        if (Given("NEXUS_HISTORY") is { } history) History = HistoryModes.Parse("NEXUS_HISTORY", history);
        if (Given("NEXUS_HISTORY_DAYS") is { } days)
            HistoryDays = int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var kept) && kept is >= 1 and <= MostDays
                ? kept : throw new NexusConfigurationException("NEXUS_HISTORY_DAYS", $"must be a whole number, 1 to {MostDays}");
        if (Given("TELEGRAM_CHAT_ID") is not { } owners) return;
        Owners.Clear();
        foreach (var owner in owners.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            Owners.Add(ChatId.TryParse(owner, out var chatId)
                ? chatId
                : throw new NexusConfigurationException("TELEGRAM_CHAT_ID", "must be chat ids separated by commas"));
        }

        string? Given(string name) => variable(name) is { Length: > 0 } value ? value : null;
    }

    /// <summary>Reads the settings of a configuration section by the names of the properties; what the section leaves out keeps its value.</summary>
    /// <param name="section">For example <c>configuration.GetSection("Nexus")</c>. Owners are a list or a text with commas, durations have the form
    /// 00:00:15.</param>
    /// <exception cref="NexusConfigurationException">A name is unknown or a value is invalid. The message gives its
    /// path.</exception>
    /// <example><code>services.AddNexus(options => options.Read(configuration.GetSection("Nexus")));</code></example>
    public void Read(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        ConfigurationSettings.Apply(section, this);
    }

    /// <summary>The mode that a setting names: <c>off</c>, <c>read-only</c> or <c>read-write</c>.</summary>
    /// <exception cref="NexusConfigurationException">It is none of these.</exception>
    /// <example><code>options.Fallback = NexusOptions.ParseFallback("--fallback", "read-only");</code></example>
    public static FallbackMode ParseFallback(string setting, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(setting);
        ArgumentNullException.ThrowIfNull(value);
        return FallbackModes.Parse(setting, value);
    }

    /// <summary>The choice that a setting names: <c>all</c>, <c>access</c> or <c>none</c>.</summary>
    /// <exception cref="NexusConfigurationException">It is none of these.</exception>
    /// <example><code>options.FallbackCopy = NexusOptions.ParseFallbackCopy("--fallback-copy", "access");</code></example>
    public static FallbackCopy ParseFallbackCopy(string setting, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(setting);
        ArgumentNullException.ThrowIfNull(value);
        return FallbackCopies.Parse(setting, value);
    }

    /// <summary>The mode that a setting names: <c>off</c>, <c>people</c> or <c>all</c>.</summary>
    /// <exception cref="NexusConfigurationException">It is none of these.</exception>
    /// <example><code>options.History = NexusOptions.ParseHistory("--history", "all");</code></example>
    public static HistoryMode ParseHistory(string setting, string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(setting);
        ArgumentNullException.ThrowIfNull(value);
        return HistoryModes.Parse(setting, value);
    }

    /// <summary>Whether the state is kept in PostgreSQL.</summary>
    public bool UsesPostgres => !string.IsNullOrWhiteSpace(Database);

    /// <summary>Shared by all connections that are made with these options.</summary>
    internal PrimaryFence Fence => field ??= new PrimaryFence(UsesDataFolder ? new TimelineFile(DataFolder, AcceptOtherStore) : null);

    /// <summary>Whether state or keys are kept in <see cref="DataFolder"/>; the server keeps its admin key there in any case.</summary>
    internal bool UsesDataFolder => !UsesPostgres || Fallback != FallbackMode.Off || IsServer;

    /// <summary>Set by the server.</summary>
    [Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
    public bool IsServer { get; set; }

    /// <summary>Checks every range above.</summary>
    /// <exception cref="NexusConfigurationException">Names the setting and its range.</exception>
    /// <example><code>options.Validate();</code></example>
    public void Validate()
    {
        if (FindErrors().FirstOrDefault() is { } error) throw error;
    }

    /// <summary>For the benchmark that compares both ways: as the option of the store.</summary>
    internal bool AnnouncesAfterCommit { get; init; } = true;

    /// <summary>Every setting that breaks its range.</summary>
    internal IEnumerable<NexusConfigurationException> FindErrors()
    {
        (bool Holds, string Setting, string Message)[] rules =
        [
            (MaxPoolSize is >= 1 and <= 1000, nameof(MaxPoolSize), "must be 1 to 1000"),
            (MinPoolSize >= 0 && MinPoolSize <= MaxPoolSize, nameof(MinPoolSize), $"must be 0 to {nameof(MaxPoolSize)}"),
            (ConnectTimeout > TimeSpan.Zero, nameof(ConnectTimeout), "must be above zero"),
            (CommandTimeout > TimeSpan.Zero, nameof(CommandTimeout), "must be above zero"),
            (FallbackAfter > TimeSpan.Zero, nameof(FallbackAfter), "must be above zero"),
            (Enum.IsDefined(FallbackCopy), nameof(FallbackCopy), "must be All, Access or None"),
            (OutboxBytes >= LeastOutboxBytes, nameof(OutboxBytes), $"must be at least {LeastOutboxBytes}"),
            (Writers is >= 1 and <= 16, nameof(Writers), "must be 1 to 16"),
            (MaxBatchSize is >= 1 and <= 10_000, nameof(MaxBatchSize), "must be 1 to 10000"),
            (QueueCapacity >= 1, nameof(QueueCapacity), "must be 1 or more"),
            (CacheCapacity >= 1, nameof(CacheCapacity), "must be 1 or more"),
            (CacheBytes >= 1024 * 1024, nameof(CacheBytes), $"must be at least {1024 * 1024}"),
            (HistoryDays is >= 1 and <= MostDays, nameof(HistoryDays), $"must be 1 to {MostDays}"),
            (HistoryEntries >= 1, nameof(HistoryEntries), "must be 1 or more"),
            (!string.IsNullOrWhiteSpace(DataFolder), nameof(DataFolder), "must not be empty"),
            (Owners.All(owner => ChatId.TryParse(owner.Value, out _)), nameof(Owners), "must be chat ids: digits with an optional leading minus"),
            (Schema is { Length: >= 1 and <= 63 }, nameof(Schema), "must be 1 to 63 characters"),
        ];
        return rules.Where(rule => !rule.Holds).Select(rule => new NexusConfigurationException(rule.Setting, rule.Message));
    }

    internal void MakeReadOnly() => _isReadOnly = true;

    private T Settable<T>(T value)
    {
        ThrowIfReadOnly();
        return value;
    }

    private void ThrowIfReadOnly()
    {
        if (_isReadOnly) throw new InvalidOperationException("The options of an open NexusDb cannot be changed. Open another one with new options.");
    }

    private sealed class OwnerList(NexusOptions options) : Collection<ChatId>
    {
        protected override void InsertItem(int index, ChatId item)
        {
            options.ThrowIfReadOnly();
            base.InsertItem(index, item);
        }

        protected override void SetItem(int index, ChatId item)
        {
            options.ThrowIfReadOnly();
            base.SetItem(index, item);
        }

        protected override void RemoveItem(int index)
        {
            options.ThrowIfReadOnly();
            base.RemoveItem(index);
        }

        protected override void ClearItems()
        {
            options.ThrowIfReadOnly();
            base.ClearItems();
        }
    }
}
