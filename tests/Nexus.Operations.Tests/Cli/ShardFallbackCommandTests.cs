using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Nexus.Operations.Keys;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

/// <summary>The commands on a data folder with the fallback of several shards.</summary>
public sealed class ShardFallbackCommandTests
{
    private const int Chats = 12;

    [Fact]
    public async Task Writes_of_an_outage_are_shown_backed_up_scanned_and_replayed_from_the_folder_of_each_shard()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["NEXUS_BACKUP_TARGET"] = nexus["target"];
        nexus.Environment["DATABASE_URL"] = database.Url;
        (await nexus.RunAsync("shards", "init", "--shards", "3")).Expect(0);
        var (first, url) = await nexus.ServeAsync();
        await using (first)
        {
            for (var chat = 1; chat <= Chats; chat++) Assert.Equal("committed", await PutAsync(nexus, url, chat, "PILOT"));
            await cluster.KillAsync();
            for (var chat = 1; chat <= Chats; chat++) Assert.Equal("spooled", await PutAsync(nexus, url, chat, "COPILOT"));
            Assert.Contains("3 of 3 shards are unavailable", (await nexus.RunAsync("status")).Expect(1).Output, StringComparison.Ordinal);
            await first.KillAsync();
        }
        // The server itself writes as well, what it knows of its alerts for example.
        Assert.InRange((await nexus.RunAsync("status", "--json")).Json.GetProperty("outbox").GetProperty("pending").GetInt64(), Chats, Chats + 50);
        await cluster.RestartAsync();
        Assert.Equal(0, (await nexus.RunAsync("keys", "scan", "--json")).Expect(0).Json.GetProperty("found").GetArrayLength());

        var name = (await nexus.RunAsync("backup", "create", "--json")).Expect(0).Json.GetProperty("name").GetString()!;
        (await nexus.RunAsync("backup", "verify", name)).Expect(0);
        var restored = nexus["restored"];
        (await nexus.RunAsync("backup", "restore", name, "--extract-fallback", restored, "--fallback-only")).Expect(0);
        Assert.Equal(
            ["fallback.db", "shard-1/fallback.db", "shard-2/fallback.db"],
            Directory.GetFiles(restored, "*.db", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(restored, file)).Order());

        var (second, _) = await nexus.ServeAsync();
        await using (second)
        {
            await Eventually.TrueAsync(async () => await CountAsync(database, "COPILOT") == Chats);
            Assert.Equal(0, await CountAsync(database, "PILOT"));
            await Eventually.TrueAsync(async () =>
                (await nexus.RunAsync("status", "--json")).Json.GetProperty("outbox").GetProperty("pending").GetInt64() == 0);
        }
    }

    private static Task<long> CountAsync(TestDatabase database, string mode) => database.ScalarAsync<long>($"""
        SELECT count(*) FROM (SELECT config FROM sessions UNION ALL SELECT config FROM nexus_s01.sessions
            UNION ALL SELECT config FROM nexus_s02.sessions) s WHERE config ->> 'mode' = '{mode}'
        """);

    private static async Task<string> PutAsync(NexusProgram nexus, string url, int chat, string mode)
    {
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        using var request = new HttpRequestMessage(HttpMethod.Put, string.Create(CultureInfo.InvariantCulture, $"v1/sessions/{chat}"));
        var key = await File.ReadAllTextAsync(Path.Combine(nexus.Data, "admin.key"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key.Trim());
        request.Content = new StringContent($$$"""{"config":{"mode":"{{{mode}}}"}}""", Encoding.UTF8, "application/json");
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
        return Assert.Single(response.Headers.GetValues("Nexus-Acknowledged"));
    }
}
