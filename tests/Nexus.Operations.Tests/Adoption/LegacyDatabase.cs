using Nexus.Failover;
using Nexus.Operations.Adoption;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Operations.Tests.Adoption;

/// <summary>A database as the legacy left it, in the mix that a test needs.</summary>
internal sealed class LegacyDatabase : IAsyncDisposable
{
    public const string Sessions =
        "CREATE TABLE sessions (chat_id varchar(50) PRIMARY KEY, api_key text, api_secret text, config jsonb DEFAULT '{}'::jsonb, updated_at "
            + "timestamp DEFAULT now());";

    public const string BotState =
        "CREATE TABLE bot_state (id integer PRIMARY KEY DEFAULT 1, enabled_strategies jsonb DEFAULT '{}'::jsonb, group_config jsonb DEFAULT "
            + "'{}'::jsonb, disabled_assets jsonb DEFAULT '[]'::jsonb, updated_at timestamp DEFAULT now());";

    public const string Users = """
        CREATE TABLE users (id serial PRIMARY KEY, chat_id varchar(50) UNIQUE, name varchar(100), role varchar(20) DEFAULT 'user',
            expires_at timestamp, created_at timestamp DEFAULT now(),
            timezone varchar(50) DEFAULT 'UTC', telegram_id bigint, enabled_groups jsonb DEFAULT
                '{"CRYPTO": true, "STOCKS": true, "ETFS": true}'::jsonb);
        ALTER SEQUENCE users_id_seq RESTART WITH 1000;
        """;

    public const string Journal = """
        CREATE TABLE trade_journal (id serial PRIMARY KEY, chat_id varchar(50), symbol varchar(20), side varchar(10), strategy varchar(50),
            exchange varchar(50),
            entry_price numeric(20,8), exit_price numeric(20,8), quantity numeric(20,8), leverage integer DEFAULT 1, entry_time timestamp,
                exit_time timestamp,
            pnl numeric(20,8), pnl_pct numeric(10,4), fees numeric(20,8) DEFAULT 0, slippage numeric(20,8) DEFAULT 0,
                status varchar(20) DEFAULT 'OPEN', exit_reason varchar(100),
            metadata jsonb DEFAULT '{}'::jsonb, created_at timestamp DEFAULT now(), updated_at timestamp DEFAULT now());
        """;

    /// <summary>What Nexus has no use for and must not touch.</summary>
    public const string Unknown = """
        CREATE TABLE scheduled_tasks (id serial PRIMARY KEY, user_id bigint, job_id varchar(100), action varchar(50), params jsonb,
            schedule_type varchar(20), schedule_value text,
            description text, next_run timestamp, is_active boolean DEFAULT true, created_at timestamp DEFAULT now());
        INSERT INTO scheduled_tasks (user_id, job_id, action, params, schedule_type, schedule_value, next_run) VALUES
            (7, 'j', 'report', '{"a": 1}', 'cron', '30 9 * * 1-5', '2026-01-02 03:04:05');
        CREATE TABLE performance_metrics (id serial PRIMARY KEY, chat_id varchar(50), win_rate double precision,
            calculated_at timestamp DEFAULT '2026-01-01');
        INSERT INTO performance_metrics (chat_id, win_rate) VALUES ('1', 0.5);
        CREATE TABLE strategy_calibration (id serial PRIMARY KEY, chat_id varchar(50), strategy text, is_active boolean);
        INSERT INTO strategy_calibration (chat_id, strategy, is_active) VALUES ('1', 'GRID', true);
        """;

    public static readonly string EncryptionKey = KeyRing.GenerateKey();

    private static readonly AsyncLocal<IReadOnlyList<string>?> Hostile = new();

    private readonly string? _owner;

    private LegacyDatabase(TestDatabase database, string schema, string? owner = null) => (Database, Schema, _owner) = (database, schema, owner);

    public TestDatabase Database { get; }

    public string Schema { get; }

    public Sealer Sealer { get; } = new(KeyRing.Parse(null, EncryptionKey));

    public NexusOptions Options =>
        new()
        {
            Database = _owner is null ? Database.Url : Database.Cluster.Url(Database.Name, user: _owner),
            Schema = Schema,
            EncryptionKey = EncryptionKey,
            MinPoolSize = 0,
            MaxPoolSize = 4,
            Fallback = FallbackMode.Off,
        };

    /// <summary>From now on this test's databases belong to a role that carries these settings.</summary>
    public static void BeHostile(IEnumerable<string> settings) => Hostile.Value = [.. settings];

    public static async Task<LegacyDatabase> CreateAsync(params string[] sql)
    {
        var database = await TestDatabase.CreateAsync();
        var owner = Hostile.Value is { } settings ? await HostileSettings.CreateOwnerAsync(database, settings) : null;
        foreach (var text in sql) await database.ExecuteAsync(owner is null ? text : $"SET ROLE {owner}; {text}; RESET ROLE");
        return new LegacyDatabase(database, "public", owner);
    }

    public static async Task<LegacyDatabase> CreateInSchemaAsync(string schema, params string[] sql)
    {
        var database = await TestDatabase.CreateAsync();
        foreach (var text in sql.Prepend($"CREATE SCHEMA {SqlIdentifier.Quote(schema)}"))
            await database.ExecuteAsync($"SET search_path = {SqlIdentifier.Quote(schema)}; {text}");
        return new LegacyDatabase(database, schema);
    }

    public Task<AdoptionReport> AdoptAsync(AdoptionOptions? options = null, Sealer? sealer = null) =>
        LegacyAdoption.RunAsync(Options, sealer ?? Sealer, options ?? new AdoptionOptions(), CancellationToken.None);

    public Task<NexusDb> OpenAsync() => NexusDb.OpenAsync(Options);

    public Task<List<string>> QueryAsync(string sql) => Database.QueryAsync<string>(sql);

    /// <summary>Everything in the database, without what pg_dump makes anew each time.</summary>
    public async Task<string> DumpAsync() =>
        string.Join(
            '\n',
            (await Database.DumpAsync()).Split('\n').Where(
                line => !line.StartsWith("\\restrict", StringComparison.Ordinal) && !line.StartsWith("\\unrestrict", StringComparison.Ordinal)));

    public string Open(string table, string row, string field, string ciphertext) => Sealer.Open(new SealContext(table, row, field), ciphertext);

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
