using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Nexus.Operations.Keys;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

/// <summary>An outage as an operator lives through it, with nothing but the command line.</summary>
public sealed class OutboxCommandTests
{
    [Fact]
    public async Task An_outage_over_a_restart_of_the_server_and_a_conflict_at_its_end()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["DATABASE_URL"] = database.Url;

        long pending;
        var (first, url) = await nexus.ServeAsync();
        await using (first)
        {
            await PutAsync(nexus, url, """{"config":{"n":1}}""", HttpStatusCode.Created, "committed");
            await cluster.KillAsync();
            await PutAsync(nexus, url, """{"config":{"n":2}}""", HttpStatusCode.OK, "spooled");
            // The server's own jobs may have spooled something, too.
            pending = Outbox((await nexus.RunAsync("status", "--json")).Expect(1), "pending");
            Assert.True(pending >= 1);
            first.Signal(ChildProcess.SigTerm);
            Assert.Equal(0, await first.WaitForExitAsync());
            Assert.Matches("The outbox holds [1-9]", first.Error);
        }

        var (second, again) = await nexus.ServeAsync();
        await using (second)
        {
            await PutAsync(nexus, again, """{"config":{"n":3}}""", HttpStatusCode.OK, "spooled");
            Assert.True(Outbox((await nexus.RunAsync("status", "--json")).Expect(1), "pending") > pending);
            second.Signal(ChildProcess.SigTerm);
            Assert.Equal(0, await second.WaitForExitAsync());
        }

        // Somebody else writes before the bot comes back.
        await cluster.RestartAsync();
        await database.ExecuteAsync(
            """UPDATE sessions SET config = '{"n": 7}', version = version + 1, updated_at = now(), write_id = gen_random_uuid()""");
        var (third, _) = await nexus.ServeAsync();
        await using (third)
        {
            await Eventually.TrueAsync(async () => Outbox((await nexus.RunAsync("status", "--json")).Expect(0), "pending") == 0);
            Assert.Equal("7", await database.ScalarAsync<string>("SELECT config->>'n' FROM sessions"));
            var conflict = Assert.Single((await nexus.RunAsync("outbox", "list", "--json")).Expect(1).Json.GetProperty("conflicts").EnumerateArray());
            Assert.Contains(conflict.GetProperty("kept").GetString(), (string[])["Stored", "Spooled"]);
            Assert.Contains("\"n\":3", conflict.GetProperty("spooled").GetProperty("write").GetString(), StringComparison.Ordinal);
            Assert.Contains("save_session", (await nexus.RunAsync("outbox", "list")).Expect(1).Output, StringComparison.Ordinal);

            var id = $"{conflict.GetProperty("id").GetInt64()}";
            (await nexus.RunAsync("outbox", "resolve", id)).Expect(2);
            (await nexus.RunAsync("outbox", "resolve", id, "--keep", "spooled")).Expect(0);
            await Eventually.TrueAsync(async () => await database.ScalarAsync<string>("SELECT config->>'n' FROM sessions") == "3");
            (await nexus.RunAsync("outbox", "resolve", id, "--keep", "spooled")).Expect(1).ExpectOneLine("there is no conflict");
            (await nexus.RunAsync("outbox", "retry", "9")).Expect(1).ExpectOneLine("there is no quarantined write");
            (await nexus.RunAsync("outbox", "list")).Expect(0);
            third.Signal(ChildProcess.SigTerm);
            Assert.Equal(0, await third.WaitForExitAsync());
        }
        // Without a server the same commands work on the folder.
        (await nexus.RunAsync("outbox", "discard", "9")).Expect(1).ExpectOneLine("there is no quarantined write");
        (await nexus.RunAsync("outbox", "retry", "9")).Expect(1).ExpectOneLine("there is no quarantined write");
        // What goes back into the queue is signed, for which a key is needed.
        nexus.Environment["NEXUS_KEYS"] = null;
        (await nexus.RunAsync("outbox", "retry", "9")).Expect(1).ExpectOneLine("NEXUS_KEYS");
        (await nexus.RunAsync("outbox", "discard", "9")).Expect(1).ExpectOneLine("there is no quarantined write");
    }

    [Fact]
    public async Task Modes_are_named_and_a_fallback_that_is_off_fails_fast()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["DATABASE_URL"] = database.Url;
        (await nexus.RunAsync("serve", "--fallback", "sometimes")).Expect(2);
        nexus.Environment["NEXUS_FALLBACK"] = "sometimes";
        (await nexus.RunAsync("serve")).Expect(1).ExpectOneLine("NEXUS_FALLBACK");
        nexus.Environment["NEXUS_FALLBACK"] = null;

        var (process, url) = await nexus.ServeAsync("--fallback", "off");
        await using (process)
        {
            await PutAsync(nexus, url, """{"config":{"n":1}}""", HttpStatusCode.Created, "committed");
            await cluster.StopAsync(immediately: true);
            await PutAsync(nexus, url, """{"config":{"n":2}}""", HttpStatusCode.ServiceUnavailable, acknowledged: null);
            process.Signal(ChildProcess.SigTerm);
            await process.WaitForExitAsync();
        }
        // A named mode also starts without PostgreSQL and without a copy of it.
        var (named, again) = await nexus.ServeAsync("--fallback", "read-write");
        await using (named)
        {
            await PutAsync(nexus, again, """{"config":{"n":3}}""", HttpStatusCode.Created, "spooled");
            named.Signal(ChildProcess.SigTerm);
            Assert.Equal(0, await named.WaitForExitAsync());
        }
    }

    private static long Outbox(Run status, string name) => status.Json.GetProperty("outbox").GetProperty(name).GetInt64();

    private static async Task PutAsync(NexusProgram nexus, string url, string json, HttpStatusCode expected, string? acknowledged)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(nexus.Data, "admin.key"))).Trim());
        using var response = await http.PutAsync("/v1/sessions/1", new StringContent(json, Encoding.UTF8, "application/json"));
        Assert.Equal(expected, response.StatusCode);
        Assert.Equal(acknowledged, response.Headers.TryGetValues("Nexus-Acknowledged", out var values) ? values.Single() : null);
    }
}
