using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
using Nexus.Chats;
using Nexus.Secrets;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Bench.Raw;

/// <summary>The best that a specialised program achieves with Npgsql alone: the same columns, the same two secrets sealed with AES-GCM.</summary>
internal sealed class RawSessions(NpgsqlDataSource dataSource)
{
    private const string Upsert = """
        INSERT INTO raw_sessions AS s (chat_id, api_key, api_secret, config) {0}
        ON CONFLICT (chat_id) DO UPDATE SET api_key = excluded.api_key, api_secret = excluded.api_secret, config = excluded.config,
            updated_at = now(), version = s.version + 1
        RETURNING version
        """;

    private static readonly string UpsertOne = Upsert.Replace("{0}", "VALUES ($1, $2, $3, $4)", StringComparison.Ordinal);
    private static readonly string UpsertMany = Upsert.Replace("{0}", "SELECT * FROM unnest($1, $2, $3, $4)", StringComparison.Ordinal);

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ThreadLocal<AesGcm> _cipher = new();

    public async Task CreateTableAsync()
    {
        await using var command = dataSource.CreateCommand("""
            DROP TABLE IF EXISTS raw_sessions;
            CREATE TABLE raw_sessions (chat_id varchar(50) COLLATE "C" PRIMARY KEY, api_key text, api_secret text, config jsonb NOT NULL,
                updated_at timestamptz NOT NULL DEFAULT now(), version bigint NOT NULL DEFAULT 1) WITH (fillfactor = 70)
            """);
        await command.ExecuteNonQueryAsync();
    }

    public async Task SaveAsync(int i, int revision)
    {
        var (key, secret) = (Seal(Workload.SecretText(i, "key")), Seal(Workload.SecretText(i, "secret")));
        await using var connection = await dataSource.OpenConnectionAsync();
        await using var command = new NpgsqlCommand(UpsertOne, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string> { TypedValue = Workload.ChatId(i) },
                new NpgsqlParameter<string> { TypedValue = key },
                new NpgsqlParameter<string> { TypedValue = secret },
                new NpgsqlParameter<byte[]> { TypedValue = Workload.Config(i, revision), NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        await command.ExecuteScalarAsync();
    }

    /// <summary>Inserts 500 rows at a time with unnest in one transaction, and seals the next 500 while the previous ones are sent.</summary>
    public async Task SaveAllAsync(IReadOnlyList<Sample> samples)
    {
        var chunks = Channel.CreateBounded<Chunk>(2);
        var sealing = Task.Run(async () =>
        {
            for (var from = 0; from < samples.Count; from += 500)
                await chunks.Writer.WriteAsync(MakeChunk(samples, from, Math.Min(500, samples.Count - from)));
            chunks.Writer.Complete();
        });
        await using var connection = await dataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await foreach (var chunk in chunks.Reader.ReadAllAsync()) await UpsertAsync(connection, chunk);
        await transaction.CommitAsync();
        await sealing;
    }

    /// <summary>Reads every row, opens both secrets, keeps the JSON as bytes.</summary>
    public async Task<long> LoadAllAsync()
    {
        var length = 0L;
        await using var command =
            dataSource.CreateCommand("SELECT chat_id, api_key, api_secret, config, version, updated_at FROM raw_sessions ORDER BY chat_id");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var chatId = reader.GetString(0);
            length += chatId.Length + Open(reader.GetString(1)).Length + Open(reader.GetString(2)).Length;
            length += reader.GetFieldValue<byte[]>(3).Length + reader.GetInt64(4) + reader.GetDateTime(5).Second;
        }
        return length;
    }

    /// <summary>Reads one row and opens both secrets.</summary>
    public async Task<long> LoadAsync(string chatId)
    {
        await using var command =
            dataSource.CreateCommand("SELECT api_key, api_secret, config, version, updated_at FROM raw_sessions WHERE chat_id = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = chatId });
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return Open(reader.GetString(0)).Length + Open(reader.GetString(1)).Length
            + reader.GetFieldValue<byte[]>(2).Length + reader.GetInt64(3) + reader.GetDateTime(4).Second;
    }

    private Chunk MakeChunk(IReadOnlyList<Sample> samples, int from, int count)
    {
        var chunk = new Chunk(new string[count], new string[count], new string[count], new byte[count][]);
        for (var i = 0; i < count; i++)
        {
            var sample = samples[from + i];
            (chunk.ChatIds[i], chunk.Keys[i], chunk.Secrets[i], chunk.Configs[i]) =
                (sample.ChatId, Seal(sample.Key), Seal(sample.Secret), sample.Config);
        }
        return chunk;
    }

    public static async Task UpsertAsync(NpgsqlConnection connection, Chunk chunk)
    {
        await using var command = new NpgsqlCommand(UpsertMany, connection)
        {
            Parameters =
            {
                new NpgsqlParameter<string[]> { TypedValue = chunk.ChatIds },
                new NpgsqlParameter<string[]> { TypedValue = chunk.Keys },
                new NpgsqlParameter<string[]> { TypedValue = chunk.Secrets },
                new NpgsqlParameter<byte[][]> { TypedValue = chunk.Configs, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
            },
        };
        await command.ExecuteNonQueryAsync();
    }

    public string Seal(string plaintext)
    {
        var cipher = _cipher.Value ??= new AesGcm(_key, 16);
        var length = Encoding.UTF8.GetByteCount(plaintext);
        Span<byte> body = stackalloc byte[12 + length + 16];
        Span<byte> plain = stackalloc byte[length];
        Encoding.UTF8.GetBytes(plaintext, plain);
        RandomNumberGenerator.Fill(body[..12]);
        cipher.Encrypt(body[..12], plain, body.Slice(12, length), body[(12 + length)..]);
        return Convert.ToBase64String(body);
    }

    public string Open(string sealedText)
    {
        var cipher = _cipher.Value ??= new AesGcm(_key, 16);
        Span<byte> body = stackalloc byte[sealedText.Length];
        Convert.TryFromBase64String(sealedText, body, out var length);
        Span<byte> plain = stackalloc byte[length - 28];
        cipher.Decrypt(body[..12], body[12..(length - 16)], body[(length - 16)..length], plain);
        return Encoding.UTF8.GetString(plain);
    }

    internal sealed record Chunk(string[] ChatIds, string[] Keys, string[] Secrets, byte[][] Configs);
}
