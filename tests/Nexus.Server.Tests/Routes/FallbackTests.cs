using System.Globalization;
using Nexus.Failover;
using Nexus.Server.Tests.Kit;
using Nexus.Sqlite;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Routes;

/// <summary>What callers over HTTP see of an outage of PostgreSQL.</summary>
public sealed class FallbackTests
{
    [Fact]
    public async Task An_outage_is_served_marked_and_made_good()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await using var server = await RunningServer.StartAsync(new DatabaseHome(database.Url));
        Assert.Equal("committed", (await server.Admin.PutAsync("/v1/sessions/1", """{"config":{"n":1}}""")).Expect(201).Header("Nexus-Acknowledged"));
        Assert.Null((await server.Admin.GetAsync("/v1/sessions/1")).Expect(200).Header("Nexus-Stale"));
        Assert.False((await server.Admin.GetAsync("/v1/status"))["fallback"].GetProperty("isLocal").GetBoolean());
        await cluster.KillAsync();

        var spooled = (await server.Admin.PutAsync("/v1/sessions/1", """{"config":{"n":2}}""")).Expect(200);
        Assert.Equal(("spooled", "\"2\""), (spooled.Header("Nexus-Acknowledged"), spooled.ETag));
        Assert.Equal(
            "spooled",
            (await server.Admin.PostAsync("/v1/trades", """{"chatId":"1","symbol":"BTCUSDT","side":"LONG","entryPrice":"1","quantity":"1"}"""))
                .Expect(201).Header("Nexus-Acknowledged"));
        Assert.Equal(
            "spooled", (await server.Admin.PutAsync("/v1/users/1", """{"name":"Ada","days":30}""")).Expect(201).Header("Nexus-Acknowledged"));
        Assert.Equal(
            "spooled", (await server.Admin.PatchAsync("/v1/bot-state", """{"aiFilterEnabled":false}""")).Expect(200).Header("Nexus-Acknowledged"));
        var read = (await server.Admin.GetAsync("/v1/sessions/1")).Expect(200);
        Assert.Equal(2, read["config"].GetProperty("n").GetInt32());
        var stale = read.Header("Nexus-Stale");
        Assert.True(stale == "unknown" || int.Parse(stale!, CultureInfo.InvariantCulture) >= 0, stale);
        Assert.Equal(412, (await server.Admin.PutAsync("/v1/sessions/1", """{"config":{}}""", ("If-Match", "\"1\""))).Status);
        Assert.Equal("""{"status":"degraded","reasons":["fallback"]}""", (await server.Admin.GetAsync("/health/ready")).Expect(200).Text);
        var outbox = (await server.Admin.GetAsync("/v1/outbox")).Expect(200);
        Assert.Equal((4, true, "read-write"), (outbox["pending"].GetInt32(), outbox["isLocal"].GetBoolean(), outbox["mode"].GetString()));
        Assert.Contains("\nnexus_outbox_pending{", (await server.Admin.GetAsync("/metrics")).Text, StringComparison.Ordinal);

        await cluster.RestartAsync();
        await Eventually.TrueAsync(
            async () => (await server.Admin.GetAsync("/v1/outbox"))["pending"].GetInt32() == 0 && !server.Db.Fallback!.IsLocal);
        Assert.Equal("2", await database.ScalarAsync<string>("SELECT config->>'n' FROM sessions WHERE chat_id = '1'"));
        Assert.Equal("committed", (await server.Admin.PutAsync("/v1/sessions/1", """{"config":{"n":3}}""")).Expect(200).Header("Nexus-Acknowledged"));
    }

    [Fact]
    public async Task A_conflict_is_listed_with_both_versions_and_resolved()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await using var network = new TcpProxy(cluster.Host, cluster.Port);
        await using var server = await RunningServer.StartAsync(new DatabaseHome(cluster.Url(database.Name, port: network.Port)));
        (await server.Admin.PutAsync("/v1/sessions/1", """{"apiKey":"plain-key-plain-key","config":{"n":1}}""")).Expect(201);
        network.Refusing = true;
        network.CutAll();
        Assert.Equal(
            "spooled",
            (await server.Admin.PutAsync("/v1/sessions/1", """{"apiKey":"plain-key-plain-key","config":{"n":2}}""")).Expect(200)
                .Header("Nexus-Acknowledged"));
        await database.ExecuteAsync(
            """UPDATE sessions SET config = '{"n": 7}', version = version + 1, updated_at = now(), write_id = gen_random_uuid()""");
        network.Refusing = false;
        await Eventually.TrueAsync(() => server.Db.Fallback is { IsLocal: false, Pending: 0 });

        var page = (await server.Admin.GetAsync("/v1/outbox/conflicts")).Expect(200);
        var conflict = Assert.Single(page["conflicts"].EnumerateArray());
        Assert.Equal(
            ("1", "save_session", "stored"),
            (conflict.GetProperty("recordId").GetString(), conflict.GetProperty("kind").GetString(), conflict.GetProperty("kept").GetString()));
        Assert.Equal((2, 7), (N(conflict, "spooled"), N(conflict, "stored")));
        Assert.DoesNotContain("plain-key", page.Text, StringComparison.Ordinal);
        var path = $"/v1/outbox/conflicts/{conflict.GetProperty("id").GetInt64()}/resolve";
        (await server.Admin.PostAsync(path, """{"keep":"both"}""")).ExpectProblem(400, "invalid", "keep");
        (await server.Admin.PostAsync(path, """{"keep":"spooled"}""")).Expect(204);
        await Eventually.TrueAsync(async () => await database.ScalarAsync<string>("SELECT config->>'n' FROM sessions") == "2");
        (await server.Admin.PostAsync(path, """{"keep":"spooled"}""")).ExpectProblem(404, "not_found");

        static int N(System.Text.Json.JsonElement conflict, string side) =>
            conflict.GetProperty(side).GetProperty("write").GetProperty("config").GetProperty("n").GetInt32();
    }

    /// <summary>The file may be damaged or changed by hand: the answer is JSON all the same, and the other entries are shown as they are.</summary>
    [Fact]
    public async Task A_damaged_write_of_the_outbox_is_shown_as_text()
    {
        string[] damaged = ["{\"config\":{", "", "null}", "\u0001\"", "{\"a\":1} {\"b\":2}", new string('[', 5000), "\uD83D"];
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await using var server = await RunningServer.StartAsync(new DatabaseHome(database.Url));
        using (var connection = SqliteSession.OpenWriter(Path.Combine(server.DataFolder, FailoverStore.FileName)))
        {
            var number = 1L;
            foreach (var body in damaged.Append("{\"config\":{\"n\":1}}"))
            {
                connection.Execute(
                    "INSERT INTO outbox_quarantine (seq, record_table, record_id, kind, write_id, spooled_at, found_at, code, reason, version, "
                        + "body) VALUES (?1, 0, '1', 'save_session', x'00', 0, 0, 'rejected', 'why', 1, ?2)",
                    number,
                    body);
                connection.Execute(
                    "INSERT INTO outbox_conflicts (seq, record_table, record_id, kind, write_id, spooled_at, found_at, kept, reason, "
                        + "spooled_version, spooled, stored_version, stored) VALUES (?1, 0, '1', 'save_session', x'00', 0, 0, 'stored', 'why', "
                        + "1, ?2, 2, ?2)",
                    number++,
                    body);
            }
        }
        var quarantined = (await server.Admin.GetAsync("/v1/outbox/quarantined")).Expect(200)["quarantined"].EnumerateArray()
            .Select(write => write.GetProperty("write")).ToArray();
        Assert.Equal(damaged.Length + 1, quarantined.Length);
        Assert.All(quarantined[..^1], write => Assert.Equal(System.Text.Json.JsonValueKind.String, write.ValueKind));
        Assert.Equal(1, quarantined[^1].GetProperty("config").GetProperty("n").GetInt32());
        foreach (var conflict in (await server.Admin.GetAsync("/v1/outbox/conflicts")).Expect(200)["conflicts"].EnumerateArray())
        {
            Assert.Equal(
                conflict.GetProperty("stored").GetProperty("write").ToString(), conflict.GetProperty("spooled").GetProperty("write").ToString());
        }
    }

    [Fact]
    public async Task The_outbox_is_for_admins_and_only_where_there_is_one()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await using var server = await RunningServer.StartAsync(new DatabaseHome(database.Url));
        using var bot = await server.CallerAsync("bot");
        (await bot.GetAsync("/v1/outbox")).ExpectProblem(403, "forbidden");
        (await server.Admin.GetAsync("/v1/outbox/conflicts?limit=0")).ExpectProblem(400, "invalid", "limit");
        (await server.Admin.GetAsync("/v1/outbox/quarantined?after=x")).ExpectProblem(400, "invalid", "after");
        (await server.Admin.PostAsync("/v1/outbox/quarantined/9/retry", "{}")).ExpectProblem(404, "not_found");
        (await server.Admin.DeleteAsync("/v1/outbox/quarantined/9")).ExpectProblem(404, "not_found");

        await using var without = await RunningServer.StartAsync(new DatabaseHome(database.Url, FallbackMode.Off));
        (await without.Admin.GetAsync("/v1/outbox")).ExpectProblem(404, "not_found");
    }
}
