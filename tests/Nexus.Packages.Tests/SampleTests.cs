using System.Buffers.Text;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.TestKit;
using Nexus.Users;

namespace Nexus.Packages.Tests;

/// <summary>Each sample is started once and does what it shows.</summary>
public sealed class SampleTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task The_getting_started_code_runs()
    {
        var (exitCode, output, error) = await ChildProcess.RunAsync("dotnet", [Repository.Sample("GettingStarted")], Settings(), timeout: Patience);

        Assert.True(exitCode == 0, output + error);
        Assert.Contains("welcome, User", output, StringComparison.Ordinal);
        Assert.Contains("profit 13.7485", output, StringComparison.Ordinal);
        Assert.Contains("Expired after 31 days", output, StringComparison.Ordinal);
        Assert.EndsWith("done\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public Task The_minimal_bot_runs_embedded() => ConverseAsync("dotnet", [Repository.Sample("MinimalBot")]);

    [Fact]
    public async Task The_minimal_bot_runs_on_PostgreSQL()
    {
        await using var database = await TestDatabase.CreateAsync();
        await ConverseAsync("dotnet", [Repository.Sample("MinimalBot")], database.ConnectionString);

        Assert.Equal(["nx1"], (await database.QueryAsync<string>("SELECT api_key FROM sessions")).Select(sealedKey => sealedKey.Split('.')[0]));
    }

    [Fact]
    public async Task The_signal_worker_opens_a_trade_once_for_each_chat_that_runs_the_strategy()
    {
        using var folder = new TempFolder("sample");
        await using (var db = await NexusDb.OpenAsync(new NexusOptions { DataFolder = folder.Path }))
        {
            await db.BotState.SetStrategyAsync("TREND", enabled: true);
            foreach (var (chat, mode) in new[] { (1L, "PILOT"), (2L, "PILOT"), (3L, "WATCHER") })
            {
                await db.Users.SaveAsync(chat, new UserChange { Name = "n", NeverExpires = true });
                await db.Sessions.SaveAsync(new Session(chat, null, null,
                    StateJson.Parse($$$"""{"mode":"{{{mode}}}","strategies":{"TREND":true}}""")));
            }
            await db.Sessions.SaveAsync(new Session(4, null, null, StateJson.Parse("""{"mode":"PILOT","strategies":{"TREND":true}}""")));
        }
        var signal = $"{Guid.CreateVersion7()} TREND BTCUSDT long 65000.10 0.015\n";

        var (exitCode, output, error) = await ChildProcess.RunAsync(
            "dotnet", [Repository.Sample("SignalWorker"), $"--Nexus:DataFolder={folder.Path}"], Settings(), folder.Path, signal + signal, Patience);

        Assert.True(exitCode == 0, output + error);
        Assert.Contains("TREND BTCUSDT: 2 opened, 0 were open, 0 rejected", output, StringComparison.Ordinal);
        Assert.Contains("TREND BTCUSDT: 0 opened, 2 were open, 0 rejected", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_web_host_reports_health_and_metrics()
    {
        using var folder = new TempFolder("sample");
        await using var host = ChildProcess.Start("dotnet", [Repository.Sample("WebHost"), "--urls", "http://127.0.0.1:0"], Settings(folder.Path),
            folder.Path);
        var line = await host.ReadLineAsync(line => line.Contains("Now listening on: ", StringComparison.Ordinal), Patience);
        using var client = new HttpClient { BaseAddress = new Uri(line.Split("Now listening on: ")[1]) };

        Assert.Equal("Healthy", await client.GetStringAsync("/health"));
        Assert.False((await client.GetFromJsonAsync<JsonElement>("/access/1001")).GetProperty("allowed").GetBoolean());
        Assert.Equal(1, (await (await client.PutAsync("/switches/ai-filter/true", null)).Content.ReadFromJsonAsync<JsonElement>())
            .GetProperty("version").GetInt64());
        var metrics = await client.GetStringAsync("/metrics");
        foreach (var name in new[] { "nexus_queue_pending", "nexus_operation_duration_seconds_bucket", "nexus_commit_batch_size_bucket",
            "nexus_cache_reads_total" })
            Assert.Contains($"\n{name}{{", metrics, StringComparison.Ordinal);
        host.Signal(ChildProcess.SigTerm);
        Assert.Equal(0, await host.WaitForExitAsync(Patience));
    }

    /// <summary>Has a conversation with the minimal bot, before and after a restart.</summary>
    internal static async Task ConverseAsync(string program, string[] arguments, string? database = null)
    {
        using var folder = new TempFolder("sample");
        var settings = Settings(folder["data"], database);

        var output = await TellAsync("1001 /show\n1001 /start Ada\n1001 /keys k-123 s-456\n1001 /set {\"leverage\":10}\n1001 /set [\n");
        Assert.Contains("1001: no access; send /start NAME", output, StringComparison.Ordinal);
        Assert.Contains("1001: welcome for 30 days", output, StringComparison.Ordinal);
        Assert.Contains("1001: keys sealed", output, StringComparison.Ordinal);
        Assert.Contains("1001: saved, version 3", output, StringComparison.Ordinal);
        Assert.DoesNotContain("s-456", output, StringComparison.Ordinal);
        output = await TellAsync("1001 /show\n");
        Assert.Matches("\"leverage\": ?10", output);
        Assert.Contains("keys stored, version 3", output, StringComparison.Ordinal);

        async Task<string> TellAsync(string lines)
        {
            var (exitCode, output, error) = await ChildProcess.RunAsync(program, arguments, settings, folder.Path, lines, Patience);
            Assert.True(exitCode == 0, output + error);
            return output;
        }
    }

    private static Dictionary<string, string?> Settings(string? data = null, string? database = null) => new()
    {
        ["NEXUS_DATA"] = data,
        ["DATABASE_URL"] = database,
        ["NEXUS_KEYS"] = database is null ? null : SampleKey,
        ["ENCRYPTION_KEY"] = null,
        ["NEXUS_FALLBACK"] = null,
        ["TELEGRAM_CHAT_ID"] = null,
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = null,
        ["DOTNET_ENVIRONMENT"] = null,
        ["ASPNETCORE_URLS"] = null,
    };

    private static readonly string SampleKey = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)) + "=";
}
