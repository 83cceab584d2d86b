using BenchmarkDotNet.Attributes;
using Dapper;
using Nexus.Bench.Raw;
using Nexus.Chats;

namespace Nexus.Bench.Micro;

/// <summary>
/// One session read by its chat: raw Npgsql and Dapper, which open both secrets themselves, and the engine from the database and from memory.
/// </summary>
[MemoryDiagnoser]
[ShortRunJob]
public class ReadBenchmarks
{
    private const string Sql = "SELECT chat_id AS ChatId, api_key AS ApiKey, api_secret AS ApiSecret, config AS Config, version AS Version FROM "
        + "raw_sessions WHERE chat_id = @chatId";

    private BenchDatabase _database = null!;
    private RawSessions _raw = null!;
    private NexusDb _nexus = null!;
    private int _next;

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        _database = await BenchDatabase.OpenAsync(null);
        _raw = new RawSessions(_database.Raw);
        await _raw.CreateTableAsync();
        await _raw.SaveAllAsync(Workload.Samples(10_000, 0));
        _nexus = await _database.OpenNexusAsync(cacheCapacity: 1);
        await _nexus.Sessions.SaveBatchAsync([.. Enumerable.Range(0, 10_000).Select(i => Workload.Session(i))]);
    }

    [GlobalCleanup]
    public async Task EndAsync()
    {
        await _nexus.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Benchmark(Baseline = true)]
    public Task<long> RawNpgsql() => _raw.LoadAsync(Next());

    [Benchmark]
    public async Task<long> WithDapper()
    {
        await using var connection = await _database.Raw.OpenConnectionAsync();
        var row = await connection.QuerySingleAsync<Row>(Sql, new { chatId = Next() });
        return _raw.Open(row.ApiKey).Length + _raw.Open(row.ApiSecret).Length + row.Config.Length;
    }

    [Benchmark]
    public async Task<long> NexusMissed() => await ReadAsync(Next());

    [Benchmark]
    public async Task<long> NexusInMemory() => await ReadAsync("100000001");

    private async Task<long> ReadAsync(string chatId)
    {
        var session = (await _nexus.Sessions.GetAsync(ChatId.Parse(chatId)))!;
        return session.ApiKey!.Reveal().Length + session.ApiSecret!.Reveal().Length;
    }

    private string Next() => Workload.ChatId(_next++ % 10_000);

    private sealed record Row(string ChatId, string ApiKey, string ApiSecret, string Config, long Version);
}
