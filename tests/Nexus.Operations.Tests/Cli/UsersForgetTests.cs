using System.Text.Json;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Operations.Tests.Cli;

/// <summary><c>nexus users forget</c>: the question, the receipt, with and without a server.</summary>
public sealed class UsersForgetTests
{
    private const string Chat = "123456789";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_asks_first_and_gives_a_receipt_and_then_finds_nothing()
    {
        using var program = new NexusProgram();
        await FillAsync(new NexusOptions { DataFolder = program.Data });
        Directory.CreateDirectory(Path.Combine(program.Data, "archive"));
        await File.WriteAllTextAsync(
            Path.Combine(program.Data, "archive", "trades_2020_01.ndjson"), $$"""{"kind":"trade","chatId":"{{Chat}}"}""", Token);

        var dry = (await program.RunAsync("users", "forget", Chat, "--dry-run", "--json")).Expect(0).Json;
        Assert.True(dry.GetProperty("dryRun").GetBoolean());
        Assert.Equal((1, 1, 1, 1), Counts(dry));
        var refused = (await program.RunAsync(["users", "forget", Chat], "yes\n")).Expect(2);
        Assert.Contains("nothing was erased", refused.Error, StringComparison.Ordinal);
        (await program.RunAsync(["users", "forget", Chat], "")).Expect(2);
        (await program.RunAsync("users", "forget", "abc", "--yes")).Expect(2);

        var erased = (await program.RunAsync(["users", "forget", Chat], $"{Chat}\n")).Expect(0);
        Assert.Contains("The trades stay under the number 9", erased.Output, StringComparison.Ordinal);
        Assert.Contains("open trades: 1", erased.Output, StringComparison.Ordinal);
        Assert.Contains("archived trades: 1", erased.Output, StringComparison.Ordinal);
        Assert.Contains("No backup contains the chat", erased.Output, StringComparison.Ordinal);
        var again = (await program.RunAsync("users", "forget", Chat, "--yes")).Expect(0);
        Assert.Contains("nothing is left to erase", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_running_server_does_it_and_names_backups_and_their_days()
    {
        using var program = new NexusProgram();
        program.Environment["NEXUS_BACKUP_RETENTION"] = "7,4,6";
        await FillAsync(new NexusOptions { DataFolder = program.Data });
        (await program.RunAsync("backup", "create")).Expect(0);
        var (process, _) = await program.ServeAsync();
        await using (process)
        {
            var receipt = (await program.RunAsync("users", "forget", Chat, "--yes", "--json")).Expect(0).Json;

            Assert.Equal((1, 1, 1, 1), Counts(receipt));
            Assert.Equal((1, 186), (receipt.GetProperty("backups").GetInt32(), receipt.GetProperty("backupDays").GetInt32()));
            Assert.Equal(30, receipt.GetProperty("pseudonym").GetString()!.Length);
            Assert.Equal((0, 0, 0, 0), Counts((await program.RunAsync("users", "forget", Chat, "--yes", "--json")).Expect(0).Json));
        }
    }

    [Fact]
    public async Task On_PostgreSQL_tables_beside_the_state_are_named()
    {
        await using var home = await PostgresHome.CreateAsync();
        using var program = new NexusProgram();
        var options = home.CreateOptions();
        (program.Environment["DATABASE_URL"], program.Environment["NEXUS_KEYS"]) = (home.Database.Url, options.Keys);
        await FillAsync(options);
        await home.Database.ExecuteAsync(
            $"""
            CREATE TABLE "trade; DROP TABLE users; --" (chat_id varchar(50)); INSERT INTO "trade; DROP TABLE users; --" VALUES ('{Chat}'), ('1');
            CREATE TABLE numbers (chat_id bigint); INSERT INTO numbers VALUES ({Chat})
            """);

        var receipt = (await program.RunAsync("users", "forget", Chat, "--yes", "--json")).Expect(0).Json;

        Assert.Equal((1, 1, 1, 1), Counts(receipt));
        var kept = receipt.GetProperty("kept").EnumerateArray().ToDictionary(item => item.GetProperty("name").GetString()!, item =>
            item.TryGetProperty("count", out var count) && count.ValueKind == JsonValueKind.Number ? count.GetInt64() : -1);
        Assert.Equal((1, 1), (kept["table numbers"], kept["table trade; DROP TABLE users; --"]));
        Assert.Equal(0, await home.Database.ScalarAsync<long>($"SELECT count(*) FROM trades WHERE chat_id = '{Chat}'"));
        Assert.Equal(1, await home.Database.ScalarAsync<long>("SELECT count(*) FROM trades"));
        program.Environment["DATABASE_URL"] = $"postgres://nexus@127.0.0.1:{Ports.Free()}/none";
        var refused = (await program.RunAsync("users", "forget", Chat, "--yes")).Expect(1);
        Assert.Contains("nexus:", refused.Error, StringComparison.Ordinal);
    }

    private static (int, int, int, int) Counts(JsonElement receipt)
    {
        var counts = receipt.GetProperty("erased").EnumerateArray()
            .ToDictionary(item => item.GetProperty("name").GetString()!, item => item.GetProperty("count").GetInt32());
        return (counts["sessions"], counts["users"], counts["keyed_state"], counts["trades"]);
    }

    private static async Task FillAsync(NexusOptions options)
    {
        await using var db = await NexusDb.OpenAsync(options, cancellationToken: Token);
        var chat = Chats.ChatId.Parse(Chat);
        await db.Users.SaveAsync(chat, "Ana", days: 30, cancellationToken: Token);
        await db.Sessions.SaveAsync(new Session(chat, "key", "secret", StateJson.Parse("{}")), cancellationToken: Token);
        await db.State.SaveAsync("dialogs", Chat, StateJson.Parse("1"), cancellationToken: Token);
        await db.Trades.OpenAsync(new Trade { ChatId = chat, Symbol = "BTCUSDT", Side = TradeSide.Long, EntryPrice = 1m, Quantity = 1m }, Token);
    }
}
