using System.Collections.Concurrent;
using System.Text;
using Microsoft.Data.Sqlite;
using Nexus.Bench;
using Nexus.Bench.Raw;
using Nexus.TestKit;

namespace Nexus.Compare.Contenders;

/// <summary>
/// SQLite by its own advice: WAL, <c>synchronous=FULL</c> so that a save is durable, one writer with a prepared statement, readers of their own.
/// </summary>
internal sealed class SqliteContender(BenchDatabase database) : IContender
{
    private const string Upsert = """
        INSERT INTO sessions (chat_id, api_key, api_secret, config, updated_at, version)
        VALUES ($chat, $key, $secret, $config, unixepoch('subsec'), 1)
        ON CONFLICT (chat_id) DO UPDATE SET api_key = excluded.api_key, api_secret = excluded.api_secret, config = excluded.config,
            updated_at = excluded.updated_at, version = version + 1
        """;

    private readonly TempFolder _folder = new("compare");
    private readonly RawSessions _sealer = new(database.Raw);
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentBag<SqliteConnection> _readers = [];
    private SqliteConnection? _writer;
    private SqliteCommand? _save;

    public string Name => "SQLite";

    public string Version => SQLitePCL.raw.sqlite3_libversion().utf8_to_string();

    public bool UsesPostgres => false;

    public async Task FillAsync(int sessions)
    {
        _writer = Open();
        using (var create = _writer.CreateCommand())
        {
            create.CommandText = """
                CREATE TABLE sessions (
                    chat_id TEXT PRIMARY KEY, api_key TEXT, api_secret TEXT, config TEXT NOT NULL, updated_at REAL, version INTEGER)
                """;
            await create.ExecuteNonQueryAsync();
        }
        _save = _writer.CreateCommand();
        _save.CommandText = Upsert;
        foreach (var name in new[] { "$chat", "$key", "$secret", "$config" }) _save.Parameters.Add(name, SqliteType.Text);
        await _save.PrepareAsync();
        await using var transaction = _writer.BeginTransaction();
        _save.Transaction = transaction;
        for (var n = 0; n < sessions; n++) Save(n, Workload.FirstRevision);
        await transaction.CommitAsync();
        _save.Transaction = null;
    }

    public async Task SaveAsync(int session, int revision)
    {
        await _writing.WaitAsync();
        try
        {
            Save(session, revision);
        }
        finally
        {
            _writing.Release();
        }
    }

    public Task<long> LoadAsync(int session)
    {
        if (!_readers.TryTake(out var connection)) connection = Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT api_key, api_secret, config, version, updated_at FROM sessions WHERE chat_id = $chat";
        command.Parameters.AddWithValue("$chat", Workload.ChatId(session));
        long length;
        using (var reader = command.ExecuteReader())
        {
            reader.Read();
            length = _sealer.Open(reader.GetString(0)).Length + _sealer.Open(reader.GetString(1)).Length + reader.GetString(2).Length
                + reader.GetInt64(3) + (long)reader.GetDouble(4) % 60;
        }
        _readers.Add(connection);
        return Task.FromResult(length);
    }

    public ValueTask DisposeAsync()
    {
        _save?.Dispose();
        _writer?.Dispose();
        foreach (var reader in _readers) reader.Dispose();
        _writing.Dispose();
        _folder.Dispose();
        return default;
    }

    private void Save(int session, int revision)
    {
        var parameters = _save!.Parameters;
        parameters[0].Value = Workload.ChatId(session);
        parameters[1].Value = _sealer.Seal(Workload.SecretText(session, "key"));
        parameters[2].Value = _sealer.Seal(Workload.SecretText(session, "secret"));
        parameters[3].Value = Encoding.UTF8.GetString(Workload.Config(session, revision));
        _save.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _folder["sessions.db"], Pooling = false }.ToString());
        connection.Open();
        using var settings = connection.CreateCommand();
        settings.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000";
        settings.ExecuteNonQuery();
        return connection;
    }
}
