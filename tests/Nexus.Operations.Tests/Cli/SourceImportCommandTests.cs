using Nexus.Operations.Tests.ImportExport;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

public sealed class SourceImportCommandTests
{
    [Fact]
    public async Task A_file_of_another_bot_is_reported_table_by_table()
    {
        using var nexus = new NexusProgram();
        var file = await SourceFiles.CreateAsync(nexus["tradesv3.sqlite"], SourceFiles.Freqtrade, """
            INSERT INTO trades (id, exchange, pair, is_open, fee_open, open_rate, stake_amount, amount, open_date, is_stop_loss_trailing, is_short,
                interest_rate) VALUES (1, 'binance', 'BTC/USDT', 1, 0.001, 0.5, 10, 2, '2026-01-01 00:00:00', 0, 0, 0)
            """);
        (await nexus.RunAsync("import", "--from", "freqtrade", file)).Expect(2).ExpectOneLine("--chat-id");
        (await nexus.RunAsync("import", "--from", "freqtrade", file, "--chat-id", "x")).Expect(2).ExpectOneLine("--chat-id");
        var shown = (await nexus.RunAsync("import", "--from", "freqtrade", file, "--chat-id", "1001")).Expect(0).Output;
        Assert.Contains("tables of freqtrade", shown, StringComparison.Ordinal);
        Assert.Contains("pairlocks", shown, StringComparison.Ordinal);
        var again = (await nexus.RunAsync("import", "--from", "freqtrade", file, "--chat-id", "1001", "--json")).Expect(0).Json;
        Assert.Equal(1, again.GetProperty("counts").GetProperty("trades").GetProperty("unchanged").GetInt64());
        Assert.Equal(5, again.GetProperty("source").GetProperty("tables").GetArrayLength());
        (await nexus.RunAsync("import", "--from", "hummingbot", file, "--chat-id", "1001")).Expect(2).ExpectOneLine("not a database of hummingbot");
    }
}
