using System.Text;
using Dapper;
using Nexus.Bench;
using Nexus.Bench.Raw;

namespace Nexus.Compare.Contenders;

/// <summary>Dapper on the same pool with the same prepared statements as raw Npgsql.</summary>
internal sealed class DapperContender(BenchDatabase database) : IContender
{
    private const string Upsert = """
        INSERT INTO dapper_sessions AS s (chat_id, api_key, api_secret, config) VALUES (@ChatId, @ApiKey, @ApiSecret, CAST(@Config AS jsonb))
        ON CONFLICT (chat_id) DO UPDATE SET api_key = excluded.api_key, api_secret = excluded.api_secret, config = excluded.config,
            updated_at = now(), version = s.version + 1
        RETURNING version
        """;

    private const string Select = """
        SELECT chat_id AS ChatId, api_key AS ApiKey, api_secret AS ApiSecret, config AS Config, version AS Version, updated_at AS UpdatedAt
        FROM dapper_sessions WHERE chat_id = @chatId
        """;

    private readonly RawSessions _sealer = new(database.Raw);

    public string Name => "Dapper";

    public string Version => Package.VersionOf(typeof(SqlMapper));

    public bool UsesPostgres => true;

    public async Task FillAsync(int sessions)
    {
        await using var connection = await database.Raw.OpenConnectionAsync();
        await connection.ExecuteAsync("""
            DROP TABLE IF EXISTS dapper_sessions;
            CREATE TABLE dapper_sessions (chat_id varchar(50) COLLATE "C" PRIMARY KEY, api_key text, api_secret text, config jsonb NOT NULL,
                updated_at timestamptz NOT NULL DEFAULT now(), version bigint NOT NULL DEFAULT 1) WITH (fillfactor = 70)
            """);
        await using var transaction = await connection.BeginTransactionAsync();
        for (var n = 0; n < sessions; n++) await connection.ExecuteScalarAsync<long>(Upsert, Parameters(n, Workload.FirstRevision), transaction);
        await transaction.CommitAsync();
    }

    public async Task SaveAsync(int session, int revision)
    {
        var parameters = Parameters(session, revision);
        await using var connection = await database.Raw.OpenConnectionAsync();
        await connection.ExecuteScalarAsync<long>(Upsert, parameters);
    }

    public async Task<long> LoadAsync(int session)
    {
        await using var connection = await database.Raw.OpenConnectionAsync();
        var row = await connection.QuerySingleAsync<Row>(Select, new { chatId = Workload.ChatId(session) });
        return _sealer.Open(row.ApiKey).Length + _sealer.Open(row.ApiSecret).Length + row.Config.Length + row.Version + row.UpdatedAt.Second;
    }

    public ValueTask DisposeAsync() => default;

    private object Parameters(int session, int revision) => new
    {
        ChatId = Workload.ChatId(session),
        ApiKey = _sealer.Seal(Workload.SecretText(session, "key")),
        ApiSecret = _sealer.Seal(Workload.SecretText(session, "secret")),
        Config = Encoding.UTF8.GetString(Workload.Config(session, revision)),
    };

    private sealed record Row(string ChatId, string ApiKey, string ApiSecret, string Config, long Version, DateTime UpdatedAt);
}
