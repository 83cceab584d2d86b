using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Tests.Sqlite;

/// <summary>An open embedded store in a folder of its own, with a clock that only moves when told.</summary>
internal sealed class TestStore : IAsyncDisposable
{
    private readonly TempFolder _folder = new("embedded");

    private TestStore() => Store = new SqliteStore(Folder, Clock, NullLoggerFactory.Instance);

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));

    public SqliteStore Store { get; private set; }

    public string Folder => _folder["data"];

    public string File => Path.Combine(Folder, SqliteStore.FileName);

    public static async Task<TestStore> OpenAsync()
    {
        var test = new TestStore();
        await test.Store.OpenAsync(Token);
        return test;
    }

    public async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = new SqliteStore(Folder, Clock, NullLoggerFactory.Instance);
        await Store.OpenAsync(Token);
    }

    public async Task<WriteOutcome> ApplyAsync(Write write) => (await Store.ApplyAsync([write], atomic: false, Token))[0];

    public Task<WriteOutcome[]> ApplyAsync(bool atomic, params Write[] writes) => Store.ApplyAsync(writes, atomic, Token);

    public async Task<SessionRow?> SessionAsync(string chatId) => (await Store.GetSessionsAsync([chatId], Token)).SingleOrDefault();

    /// <summary>Runs SQL of the test on the file itself, as an operator with the sqlite3 shell would.</summary>
    public List<object[]> Query(string sql) => Query(File, sql);

    public static List<object[]> Query(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        List<object[]> rows = [];
        do
        {
            while (reader.Read())
            {
                var row = new object[reader.FieldCount];
                reader.GetValues(row);
                rows.Add(row);
            }
        }
        while (reader.NextResult());
        return rows;
    }

    public static SaveSession Session(string chatId, string config = "{}", long? expected = null) =>
        new(chatId, SealedField.Set("sealed key"), SealedField.Set("sealed secret"), Utf8(config), expected);

    public static TradeRow Trade(string chatId, DateTimeOffset entry) => new()
    {
        Id = Guid.CreateVersion7(entry),
        ChatId = chatId,
        Symbol = "BTCUSDT",
        Side = TradeSide.Long,
        EntryPrice = 100m,
        Quantity = 2m,
        EntryTimestamp = entry,
    };

    public static ReadOnlyMemory<byte> Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
    }
}
