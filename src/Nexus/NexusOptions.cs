using Microsoft.Extensions.Configuration;
using Nexus.Caching;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Failover;

namespace Nexus;

/// <summary>Where the state is kept and how. Environment variables in parentheses are read by <see cref="FromEnvironment"/>.</summary>
public sealed class NexusOptions
{
    /// <summary>
    /// PostgreSQL as a URL (<c>postgres://user:password@host:5432/name?sslmode=require</c>) or in key=value form (<c>DATABASE_URL</c>).
    /// Null or empty: the embedded store. A remote host needs TLS unless <c>sslmode=disable</c> is written out.
    /// </summary>
    public string? Database { get; set; }

    /// <summary>Folder of the embedded store, its keys, the fallback's copy and outbox, and the server's admin key (<c>NEXUS_DATA</c>). Default <c>data</c>.</summary>
    public string DataFolder { get; set; } = "data";

    /// <summary>The schema that holds the tables. Default <c>public</c>.</summary>
    public string Schema { get; set; } = "public";

    /// <summary>The key ring, comma separated: the first seals, all open (<c>NEXUS_KEYS</c>). Make one with <c>nexus keys generate</c>.</summary>
    public string? Keys { get; set; }

    /// <summary>The legacy's Fernet key (<c>ENCRYPTION_KEY</c>): opens legacy tokens, and seals when <see cref="Keys"/> names no key.</summary>
    public string? EncryptionKey { get; set; }

    /// <summary>Chat ids that may do everything and need no row (<c>TELEGRAM_CHAT_ID</c>, comma separated).</summary>
    public IList<ChatId> Owners { get; } = [];

    /// <summary>Connections kept open, 0 to <see cref="MaxPoolSize"/>. Default 5.</summary>
    public int MinPoolSize { get; set; } = 5;

    /// <summary>Connections at most, 1 to 1,000. Default 20.</summary>
    public int MaxPoolSize { get; set; } = 20;

    /// <summary>Longest wait for a connection, pooled or new. Default 15 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Longest run of one statement. Default 30 s.</summary>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// What happens while PostgreSQL does not answer (<c>NEXUS_FALLBACK</c>: <c>off</c>, <c>read-only</c>, <c>read-write</c>). Default
    /// <see cref="FallbackMode.ReadWrite"/>, which is for one instance; each instance needs a <see cref="DataFolder"/> of its own.
    /// </summary>
    public FallbackMode Fallback { get; set; } = FallbackMode.ReadWrite;

    /// <summary>
    /// Whether to start while PostgreSQL does not answer although the data folder holds no copy of it yet. Default false: on a first start a wrong
    /// <see cref="Database"/> is likelier than an outage. True where <c>NEXUS_FALLBACK</c> names the mode.
    /// </summary>
    public bool FallbackWithoutCopy { get; set; }

    /// <summary>
    /// Whether to go on although the data folder has served another store, or holds embedded records while <see cref="Database"/> is set. The folder
    /// serves the new store from then on. Default false: a missing or wrong <see cref="Database"/> is likelier than a wish for an empty store.
    /// </summary>
    public bool AcceptOtherStore { get; set; }

    /// <summary>How long a call waits for PostgreSQL before the fallback serves it, above zero. Default 5 s.</summary>
    public TimeSpan FallbackAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether opening brings an empty or older Nexus schema up to date. A legacy database is only ever adopted by <c>nexus migrate</c>. Default true.</summary>
    public bool MigrateOnOpen { get; set; } = true;

    /// <summary>Writers that apply batches side by side, each for its share of the keys; 1 to 16. Default 2.</summary>
    public int Writers { get; set; } = 2;

    /// <summary>Writes in one commit at most, 1 to 10,000. Default 500.</summary>
    public int MaxBatchSize { get; set; } = 500;

    /// <summary>Writes that may wait in memory; a caller beyond that waits for room. 1 or more. Default 10,000.</summary>
    public int QueueCapacity { get; set; } = 10_000;

    /// <summary>Rows of each kind (users, their access, sessions) kept in memory for reads, 1 or more; change notices keep them true. Default 100,000.</summary>
    public int CacheCapacity { get; set; } = 100_000;

    /// <summary>Bytes that the kept rows of each kind may take, about; 1 MiB or more. Default 256 MiB.</summary>
    public long CacheBytes { get; set; } = CacheLimits.DefaultBytes;

    /// <summary>Reads the variables named above.</summary>
    /// <param name="variable">How to read one; the process's environment when left out.</param>
    /// <exception cref="NexusConfigurationException">A variable has an unusable value.</exception>
    public static NexusOptions FromEnvironment(Func<string, string?>? variable = null)
    {
        variable ??= Environment.GetEnvironmentVariable;
        var options = new NexusOptions
        {
            Database = variable("DATABASE_URL"),
            Keys = variable("NEXUS_KEYS"),
            EncryptionKey = variable("ENCRYPTION_KEY"),
        };
        if (variable("NEXUS_DATA") is { Length: > 0 } folder) options.DataFolder = folder;
        if (variable("NEXUS_FALLBACK") is { Length: > 0 } fallback) (options.Fallback, options.FallbackWithoutCopy) = (ParseFallback("NEXUS_FALLBACK", fallback), true);
        foreach (var owner in (variable("TELEGRAM_CHAT_ID") ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            options.Owners.Add(ChatId.TryParse(owner, out var chatId)
                ? chatId
                : throw new NexusConfigurationException("TELEGRAM_CHAT_ID", "must be chat ids separated by commas"));
        }
        return options;
    }

    /// <summary>Reads the settings of a configuration section by the names of the properties; what the section leaves out keeps its value.</summary>
    /// <param name="section">For example <c>configuration.GetSection("Nexus")</c>. Owners are a list or a text with commas, durations have the form 00:00:15.</param>
    /// <exception cref="NexusConfigurationException">A name is not one of a setting, or a value cannot be used. It is named with its path.</exception>
    /// <example><code>services.AddNexus(options => options.Read(configuration.GetSection("Nexus")));</code></example>
    public void Read(IConfiguration section) => ConfigurationSettings.Apply(section, this);

    /// <summary>The mode that a setting names: <c>off</c>, <c>read-only</c> or <c>read-write</c>.</summary>
    /// <exception cref="NexusConfigurationException">It names none.</exception>
    public static FallbackMode ParseFallback(string setting, string value) =>
        FallbackModes.TryParse(value, out var mode) ? mode : throw new NexusConfigurationException(setting, "must be off, read-only or read-write");

    /// <summary>Whether the state is kept in PostgreSQL.</summary>
    public bool UsesPostgres => !string.IsNullOrWhiteSpace(Database);

    /// <summary>Whether state or keys are kept in <see cref="DataFolder"/>; the server keeps its admin key there in any case.</summary>
    internal bool UsesDataFolder => !UsesPostgres || Fallback != FallbackMode.Off || IsServer;

    /// <summary>Set by the server.</summary>
    internal bool IsServer { get; set; }

    /// <summary>Checks every range above.</summary>
    /// <exception cref="NexusConfigurationException">Names the setting and its range.</exception>
    public void Validate()
    {
        Require(MaxPoolSize is >= 1 and <= 1000, nameof(MaxPoolSize), "must be 1 to 1000");
        Require(MinPoolSize >= 0 && MinPoolSize <= MaxPoolSize, nameof(MinPoolSize), $"must be 0 to {nameof(MaxPoolSize)}");
        Require(ConnectTimeout > TimeSpan.Zero, nameof(ConnectTimeout), "must be above zero");
        Require(CommandTimeout > TimeSpan.Zero, nameof(CommandTimeout), "must be above zero");
        Require(FallbackAfter > TimeSpan.Zero, nameof(FallbackAfter), "must be above zero");
        Require(Writers is >= 1 and <= 16, nameof(Writers), "must be 1 to 16");
        Require(MaxBatchSize is >= 1 and <= 10_000, nameof(MaxBatchSize), "must be 1 to 10000");
        Require(QueueCapacity >= 1, nameof(QueueCapacity), "must be 1 or more");
        Require(CacheCapacity >= 1, nameof(CacheCapacity), "must be 1 or more");
        Require(CacheBytes >= 1024 * 1024, nameof(CacheBytes), $"must be at least {1024 * 1024}");
        Require(!string.IsNullOrWhiteSpace(DataFolder), nameof(DataFolder), "must not be empty");
        Require(Owners.All(owner => ChatId.TryParse(owner.Value, out _)), nameof(Owners), "must be chat ids: digits with an optional leading minus");
        Require(Schema.Length is >= 1 and <= 63, nameof(Schema), "must be 1 to 63 characters");

        static void Require(bool holds, string setting, string message)
        {
            if (!holds) throw new NexusConfigurationException(setting, message);
        }
    }
}
