using System.Net;
using System.Net.Sockets;
using Nexus.Operations.Keys;
using Nexus.Stores;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

public sealed class StatusTests
{
    [Fact]
    public async Task Status_looks_beside_a_running_server_and_changes_nothing()
    {
        using var nexus = new NexusProgram();
        (await nexus.RunAsync("status")).Expect(1).ExpectOneLine("nexus serve");
        Assert.False(Directory.Exists(nexus.Data) && Directory.EnumerateFileSystemEntries(nexus.Data).Any());

        var (process, url) = await nexus.ServeAsync();
        await using (process)
        {
            var status = (await nexus.RunAsync("status", "--json")).Expect(0).Json;
            Assert.True(status.GetProperty("ok").GetBoolean());
            var store = status.GetProperty("store");
            Assert.Equal(
                ("embedded", 0L, 0L, 0L),
                (
                    store.GetProperty("kind").GetString(),
                    store.GetProperty("sessions").GetInt64(),
                    store.GetProperty("users").GetInt64(),
                    store.GetProperty("trades").GetInt64()));
            Assert.True(store.GetProperty("sizeBytes").GetInt64() > 0 && store.GetProperty("schemaVersion").GetInt32() > 0);
            Assert.True(status.GetProperty("keys").GetProperty("openStore").GetBoolean());
            var server = status.GetProperty("server");
            Assert.Equal(
                (url, process.Id, true, 0),
                (
                    server.GetProperty("url").GetString(),
                    server.GetProperty("processId").GetInt32(),
                    server.GetProperty("answers").GetBoolean(),
                    server.GetProperty("queuedWrites").GetInt32()));

            var text = (await nexus.RunAsync("status")).Expect(0).Output;
            foreach (var word in new[] { "embedded", "schema", "records", "keys", url }) Assert.Contains(word, text, StringComparison.Ordinal);
            process.Signal(ChildProcess.SigTerm);
            await process.WaitForExitAsync();
        }
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await nexus.RunAsync("status", "--json")).Expect(0).Json.GetProperty("server").ValueKind);
    }

    [Fact]
    public async Task A_server_that_was_killed_is_said_not_to_answer()
    {
        using var nexus = new NexusProgram();
        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            await process.KillAsync();
            var server = (await nexus.RunAsync("status", "--json")).Expect(0).Json.GetProperty("server");
            Assert.False(server.GetProperty("answers").GetBoolean());
        }
    }

    [Fact]
    public async Task Who_listens_where_a_killed_server_did_is_sent_nothing()
    {
        using var nexus = new NexusProgram();
        var (process, url) = await nexus.ServeAsync();
        await using (process) await process.KillAsync();
        var key = (await File.ReadAllTextAsync(Path.Combine(nexus.Data, "admin.key"))).Trim();
        using var impostor = new TcpListener(IPAddress.Loopback, new Uri(url).Port);
        impostor.Start();
        var heard = ListenAsync(impostor);
        var outbox = Path.Combine(nexus.Data, "fallback.db");

        var status = await nexus.RunAsync("status", "--json");
        Assert.False(status.Json.GetProperty("server").GetProperty("answers").GetBoolean());
        (await nexus.RunAsync("outbox", "discard", "1")).Expect(1);
        (await nexus.RunAsync("outbox", "resolve", "1", "--keep", "stored")).Expect(1);

        impostor.Stop();
        Assert.Equal("", await heard);
        Assert.DoesNotContain(key, status.Output + status.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(outbox));
    }

    [Fact]
    public async Task A_server_that_starts_again_after_a_kill_is_found()
    {
        using var nexus = new NexusProgram();
        var (killed, _) = await nexus.ServeAsync();
        await using (killed) await killed.KillAsync();
        Assert.Single(Directory.GetFiles(nexus.Data, "nexus-*.sock"));
        var (second, _) = await nexus.ServeAsync();
        await using (second)
        {
            Assert.True((await nexus.RunAsync("status", "--json")).Expect(0).Json.GetProperty("server").GetProperty("answers").GetBoolean());
            var socket = Assert.Single(Directory.GetFiles(nexus.Data, "nexus-*.sock"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(socket));
        }
    }

    private static async Task<string> ListenAsync(TcpListener listener)
    {
        try
        {
            using var caller = await listener.AcceptTcpClientAsync();
            var buffer = new byte[4096];
            return System.Text.Encoding.ASCII.GetString(buffer, 0, await caller.GetStream().ReadAsync(buffer));
        }
        catch (SocketException)
        {
            return "";
        }
    }

    [Fact]
    public async Task Wrong_keys_are_said_by_their_ids()
    {
        using var nexus = new NexusProgram();
        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            process.Signal(ChildProcess.SigTerm);
            await process.WaitForExitAsync();
        }
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        var status = (await nexus.RunAsync("status", "--json")).Expect(1).Json;
        Assert.Equal((false, false), (status.GetProperty("ok").GetBoolean(), status.GetProperty("keys").GetProperty("openStore").GetBoolean()));
        Assert.Contains("key id", status.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_instances_in_read_write_mode_are_a_concern_with_its_remedy()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var first = new NexusProgram();
        using var second = new NexusProgram();
        second.Environment["NEXUS_KEYS"] = first.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        second.Environment["DATABASE_URL"] = first.Environment["DATABASE_URL"] = database.Url;
        var (one, _) = await first.ServeAsync();
        await using (one)
        {
            Assert.Empty((await first.RunAsync("status", "--json")).Expect(0).Json.GetProperty("concerns").EnumerateArray());
            var (other, _) = await second.ServeAsync();
            await using (other)
            {
                await Eventually.TrueAsync(
                    async () => (await first.RunAsync("status", "--json")).Expect(0).Json.GetProperty("concerns").GetArrayLength() == 1);
                var concern = (await first.RunAsync("status", "--json")).Json.GetProperty("concerns")[0];
                Assert.Equal(StoreConcern.AnotherReadWriteInstance, concern.GetProperty("code").GetString());
                var text = (await first.RunAsync("status")).Expect(0).Output;
                Assert.Contains("concern", text, StringComparison.Ordinal);
                Assert.Contains("--fallback of all but one of them to read-only or off", text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_pooler_that_passes_no_notices_on_is_a_concern_with_its_remedy()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await using var bouncer = await PgBouncer.StartAsync(cluster);
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["DATABASE_URL"] = database.Url;
        (await nexus.RunAsync("migrate")).Expect(0);
        nexus.Environment["DATABASE_URL"] = bouncer.Url(database.Name, isSaid: true);
        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            var concern = Assert.Single((await nexus.RunAsync("status", "--json")).Expect(0).Json.GetProperty("concerns").EnumerateArray());
            Assert.Equal(StoreConcern.ChangesNotHeard, concern.GetProperty("code").GetString());
            Assert.Contains(
                "set NEXUS_DIRECT_URL to the server's own address", (await nexus.RunAsync("status")).Expect(0).Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Trades_that_no_partition_takes_are_a_concern_also_without_a_server()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["DATABASE_URL"] = database.Url;
        (await nexus.RunAsync("migrate")).Expect(0);
        await database.ExecuteAsync(
            """
            DO $$ DECLARE part text := 'trades_' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM'); BEGIN
                PERFORM nexus_ensure_trade_partition(now());
                EXECUTE format('ALTER TABLE trades DETACH PARTITION %I', part);
            END $$
            """);
        var concern = Assert.Single((await nexus.RunAsync("status", "--json")).Expect(0).Json.GetProperty("concerns").EnumerateArray());
        Assert.Equal(StoreConcern.TradesWithoutPartition, concern.GetProperty("code").GetString());
        Assert.Contains("concern", (await nexus.RunAsync("status")).Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_of_PostgreSQL_shows_no_credentials_and_migrates_nothing()
    {
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        await using var database = await TestDatabase.CreateAsync();
        nexus.Environment["DATABASE_URL"] = database.Url;
        (await nexus.RunAsync("status")).Expect(1).ExpectOneLine("nexus migrate");
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"));

        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            var status = (await nexus.RunAsync("status", "--json")).Expect(0);
            Assert.Contains(database.Name, status.Json.GetProperty("store").GetProperty("location").GetString(), StringComparison.Ordinal);
            Assert.DoesNotContain("postgres:", status.Output, StringComparison.Ordinal);
            Assert.Equal(20, status.Json.GetProperty("server").GetProperty("poolMax").GetInt32());
            process.Signal(ChildProcess.SigTerm);
            await process.WaitForExitAsync();
        }
    }
}
