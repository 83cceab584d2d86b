using Nexus.Chats;
using Nexus.Failover;

namespace Nexus.Cli.Configuration;

/// <summary>The settings of the store, its keys and its data folder.</summary>
internal static class StoreSettings
{
    private static readonly NexusOptions Defaults = new();
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public static readonly Setting<string> Database = Define.Text(
        "database.url", "DATABASE_URL",
        "The PostgreSQL database, as a URL (postgres://user:password@host:5432/name?sslmode=require) or in key=value form. Without it the embedded "
            + "store in the data folder is used.",
        withoutValue: "the embedded store", option: "--database", type: Kinds.DatabaseType, helpName: "URL", isSecret: true, parse: Kinds.Database);

    public static readonly Setting<string> Direct = Define.Text(
        "database.direct", "NEXUS_DIRECT_URL",
        "The server's own address, if database.url leads through a pooler such as PgBouncer: for change notices, migrations, maintenance and "
            + "backups. Not used if --database names the database.",
        type: Kinds.DatabaseType, helpName: "URL", isSecret: true, parse: Kinds.Database);

    public static readonly Setting<string> Shards = new()
    {
        Key = "database.shards",
        Variable = "NEXUS_SHARD_URLS",
        Description = "The servers of further shards beside that of database.url, as URLs separated by spaces, in the order in which they were made.",
        WithoutValue = "all shards are on one server",
        Type = Kinds.DatabasesType,
        Shape = SettingShape.List,
        Separator = ' ',
        HelpName = "URLS",
        IsSecret = true,
        Parse = Kinds.Databases,
    };

    public static readonly Setting<bool> TwoPhaseBatches = Define.Switch(
        "database.twoPhaseBatches", "NEXUS_TWO_PHASE_BATCHES", Defaults.TwoPhaseBatches,
        "Whether a batch that is saved as a whole may have chats on several servers of database.shards. It is then committed in two phases, which "
            + "needs max_prepared_transactions on these servers. Otherwise it is refused.");

    public static readonly Setting<string> Schema = Define.Text(
        "database.schema", "NEXUS_SCHEMA", "The schema that holds the tables.", @default: Defaults.Schema, range: "1 to 63 characters",
        parse: text => text.Length is >= 1 and <= 63 ? Kinds.Text(text) : throw new FormatException("must be 1 to 63 characters"));

    public static readonly Setting<int> MinPoolSize = Define.Number(
        "database.minPoolSize", "NEXUS_MIN_POOL_SIZE", Defaults.MinPoolSize, 0, 1000,
        "Connections to PostgreSQL that are kept open; at most database.maxPoolSize.", type: "connections");

    public static readonly Setting<int> MaxPoolSize = Define.Number(
        "database.maxPoolSize", "NEXUS_MAX_POOL_SIZE", Defaults.MaxPoolSize, 3, 1000,
        "The maximum number of connections to PostgreSQL. Two of them are for change notices; of 8 or more, one is for the "
            + "monitoring. connection_limit in the URL takes precedence.",
        "--max-pool-size", type: "connections");

    public static readonly Setting<TimeSpan> ConnectTimeout = Define.Duration(
        "database.connectTimeout", "NEXUS_CONNECT_TIMEOUT", Defaults.ConnectTimeout, TimeSpan.FromSeconds(1), Longest,
        "The longest wait for a connection, pooled or new.");

    public static readonly Setting<TimeSpan> CommandTimeout = Define.Duration(
        "database.commandTimeout", "NEXUS_COMMAND_TIMEOUT", Defaults.CommandTimeout, TimeSpan.FromSeconds(1), Longest,
        "The longest run of one statement.");

    public static readonly Setting<bool> Migrate = Define.Switch(
        "database.migrate", "NEXUS_MIGRATE", Defaults.MigrateOnOpen,
        "Whether the start brings an empty or older Nexus schema up to date. It never adopts a legacy database.");

    public static readonly Setting<string> DataFolder = Define.Path(
        "dataFolder", "NEXUS_DATA",
        "The folder of the embedded store, its key, the admin key, the local replica and the outbox. Only its owner may have access.",
        "DIR", @default: Defaults.DataFolder, option: "--data");

    public static readonly Setting<string> Keys = Define.Text(
        "encryption.keys", "NEXUS_KEYS",
        "The key ring, separated by commas: the first key seals, all keys open. PostgreSQL needs one; the embedded store creates its own.",
        withoutValue: "none; the embedded store creates a key", type: "keys", helpName: "KEYS", isSecret: true, parse: Kinds.KeyRing);

    public static readonly Setting<string> LegacyKey = Define.Text(
        "encryption.legacyKey", "ENCRYPTION_KEY",
        "The legacy bot's Fernet key: opens its tokens, and seals if encryption.keys names no key.",
        type: "key", helpName: "KEY", isSecret: true, parse: Kinds.FernetKey);

    public static readonly Setting<IReadOnlyList<ChatId>> Owners = new()
    {
        Key = "owners",
        Variable = "TELEGRAM_CHAT_ID",
        Description = "Chat ids with every permission. They need no user.",
        Type = "list of chat ids",
        Shape = SettingShape.List,
        Parse = Kinds.Chats,
    };

    public static readonly Setting<FallbackMode> Fallback = Define.Choice(
        "fallback.mode", "NEXUS_FALLBACK", "read-write",
        "What to do while PostgreSQL is unavailable: read-write serves the local replica and spools writes to an outbox, read-only serves the local "
            + "replica and refuses writes, off fails at once. Only one instance may use read-write.",
        "--fallback", isReloadable: false,
        ("off", FallbackMode.Off), ("read-only", FallbackMode.ReadOnly), ("read-write", FallbackMode.ReadWrite));

    public static readonly Setting<FallbackCopy> FallbackCopy = Define.Choice(
        "fallback.copy", "NEXUS_FALLBACK_COPY", "all",
        "What the local replica holds for an outage: all is every record; access is the users, the state of the bot and the system settings; none is "
            + "nothing. Reads of what it does not hold fail during an outage, and writes of it still go to the outbox.",
        "--fallback-copy", isReloadable: false,
        ("all", Failover.FallbackCopy.All), ("access", Failover.FallbackCopy.Access), ("none", Failover.FallbackCopy.None));

    public static readonly Setting<long> OutboxBytes = Define.LongNumber(
        "fallback.outboxBytes", "NEXUS_OUTBOX_BYTES", Defaults.OutboxBytes, 1024 * 1024,
        "The size limit of the writes in the outbox. Further writes are refused until PostgreSQL is available.", type: "bytes");

    public static readonly Setting<TimeSpan> FallbackAfter = Define.Duration(
        "fallback.after", "NEXUS_FALLBACK_AFTER", Defaults.FallbackAfter, TimeSpan.FromSeconds(1), Longest,
        "How long a call waits for PostgreSQL before the fallback serves it.");

    public static IReadOnlyList<Setting> All { get; } =
    [
        Database, Direct, Shards, TwoPhaseBatches,
        Schema, MinPoolSize, MaxPoolSize, ConnectTimeout, CommandTimeout, Migrate, DataFolder, Keys, LegacyKey, Owners,
        Fallback, FallbackCopy, FallbackAfter, OutboxBytes,
    ];
}
