using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.Trades;

namespace Nexus.Faults;

/// <summary>
/// Writes as fast as it can until it is killed, and prints each write once it was acknowledged: <c>session CHAT VERSION</c> and
/// <c>trade ID CHAT</c>. The parent process keeps that ledger.
/// </summary>
internal static class EmbeddedWriterVictim
{
    private const int Writers = 16;

    public static async Task<int> RunAsync(string folder)
    {
        await using var store = new SqliteStore(folder, TimeProvider.System, NullLoggerFactory.Instance);
        await store.OpenAsync(CancellationToken.None);
        // Each line goes to the pipe in one piece before the writer goes on: what the reader got was acknowledged.
        await using var output = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput(),
            new UTF8Encoding(false))
        { AutoFlush = true });
        await Task.WhenAll(Enumerable.Range(1, Writers).Select(writer =>
            WriteForeverAsync(store, output, writer.ToString(CultureInfo.InvariantCulture))));
        return 0;
    }

    private static async Task WriteForeverAsync(SqliteStore store, TextWriter output, string chatId)
    {
        while (true)
        {
            var trade = new OpenTrade(new TradeRow
            {
                Id = Guid.CreateVersion7(),
                ChatId = chatId,
                Symbol = "BTCUSDT",
                Side = TradeSide.Long,
                EntryPrice = 1,
                Quantity = 1,
                EntryTimestamp = TimeProvider.System.GetUtcNow(),
            });
            var config = Encoding.UTF8.GetBytes($$"""{"mode":"PILOT","strategies":{"{{trade.Trade.Id:N}}":true} }""");
            var session = new SaveSession(chatId, SealedField.Set("key"), SealedField.Set("secret"), config, ExpectedVersion: null);
            var outcomes = await store.ApplyAsync([session, trade], atomic: true, CancellationToken.None);
            await output.WriteLineAsync($"session {chatId} {outcomes[0].Version}");
            await output.WriteLineAsync($"trade {trade.Trade.Id} {chatId}");
        }
    }
}
