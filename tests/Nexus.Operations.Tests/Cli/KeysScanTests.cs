using System.Net.Http.Headers;
using System.Text;
using Nexus.Engine;
using Nexus.Failover;
using Nexus.Operations.Keys;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

/// <summary><c>nexus keys scan</c> as an operator runs it.</summary>
public sealed class KeysScanTests
{
    private const string Marker = "Pl4in";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_counts_seals_and_says_by_its_exit_code_whether_anything_is_left(bool postgres)
    {
        using var nexus = new NexusProgram();
        await using var database = postgres ? await TestDatabase.CreateAsync() : null;
        var keys = KeyMaintenance.Generate();
        nexus.Environment["NEXUS_KEYS"] = keys;
        nexus.Environment["DATABASE_URL"] = database?.Url;
        var options = new NexusOptions { Database = database?.Url, DataFolder = nexus.Data, Keys = keys, Fallback = FallbackMode.Off };
        await using (var db = await NexusDb.OpenAsync(options))
        {
            await db.Store.ApplyAsync(
                [new SaveSession("1", SealedField.Set($"{Marker}-key"), SealedField.Keep,
                    Encoding.UTF8.GetBytes($$$"""{"smtp":{"clave":"{{{Marker}}}-c1"}}"""), null)],
                atomic: false, TestContext.Current.CancellationToken);
        }

        var counted = (await nexus.RunAsync("keys", "scan", "--dry-run", "--json")).Expect(1);
        Assert.Equal((true, 0), (counted.Json.GetProperty("dryRun").GetBoolean(), counted.Json.GetProperty("sealedRecords").GetInt32()));
        Assert.Equal(["field", "unexpected"],
            counted.Json.GetProperty("found").EnumerateArray().Select(found => found.GetProperty("kind").GetString()).Order());
        Assert.Contains("--dry-run", (await nexus.RunAsync("keys", "scan", "--dry-run")).Expect(1).Output, StringComparison.Ordinal);

        var sealedOnes = (await nexus.RunAsync("keys", "scan")).Expect(1);
        Assert.Contains("sessions, config: clave: 1 sealed", sealedOnes.Output, StringComparison.Ordinal);
        Assert.Contains("sessions, api_key: 1 left: check the records, then use --accept-plain", sealedOnes.Output, StringComparison.Ordinal);
        Assert.Contains("2 secrets in plain text found, 1 records sealed, 1 secrets left", sealedOnes.Output, StringComparison.Ordinal);
        Assert.Contains("sessions/1/api_key: plain text", sealedOnes.Error, StringComparison.Ordinal);

        var accepted = (await nexus.RunAsync("keys", "scan", "--accept-plain")).Expect(0);
        Assert.Contains("1 records sealed, 0 secrets left", accepted.Output, StringComparison.Ordinal);
        Assert.Contains("0 secrets in plain text found", (await nexus.RunAsync("keys", "scan")).Expect(0).Output, StringComparison.Ordinal);
        Assert.True((await nexus.RunAsync("keys", "scan", "--json")).Expect(0).Json.GetProperty("ok").GetBoolean());
        (await nexus.RunAsync("keys", "verify")).Expect(0);
        (await nexus.RunAsync("keys", "scan", "--seal-everything")).Expect(2);
        foreach (var run in new[] { counted, sealedOnes, accepted }) Assert.DoesNotContain(Marker, run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_waits_in_the_outbox_and_stands_in_the_local_copy_is_sealed_and_replayed()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["DATABASE_URL"] = database.Url;
        var (first, url) = await nexus.ServeAsync();
        await using (first)
        {
            await PutAsync(nexus, url, 1);
            await PutAsync(nexus, url, 2);
            await cluster.KillAsync();
            await PutAsync(nexus, url, 1);
            first.Signal(ChildProcess.SigTerm);
            Assert.Equal(0, await first.WaitForExitAsync());
        }
        var file = Path.Combine(nexus.Data, FailoverStore.FileName);
        const string added = $$"""{"mode":"PILOT","clave":"{{Marker}}-o1",""";
        using (var connection = SqliteSession.OpenWriter(file))
        {
            // As a version did whose rules missed the secret: the row is authentic.
            var body = connection.ReadText("SELECT body FROM outbox")!.Replace("\"config\":{", $"\"config\":{added}", StringComparison.Ordinal);
            var ring = KeyRing.Parse(nexus.Environment["NEXUS_KEYS"], encryptionKey: null);
            var place = connection.ReadNumber("SELECT seq FROM outbox");
            Assert.True(OutboxBodies.TryReplace(connection, OutboxBody.Queued, place, Encoding.UTF8.GetBytes(body), ring));
            Assert.True(connection.Execute("UPDATE sessions SET doc = replace(doc, '\"config\":{', '\"config\":' || ?1) WHERE chat_id = '2'",
                added) == 1);
        }
        await cluster.RestartAsync();

        var sealedOnes = (await nexus.RunAsync("keys", "scan", "--json")).Expect(0).Json;
        Assert.Equal(
            ["local copy: sessions", "outbox: sessions"],
            sealedOnes.GetProperty("found").EnumerateArray().Where(found => found.GetProperty("done").GetBoolean())
                .Select(found => found.GetProperty("table").GetString()!).Order());
        using (var connection = SqliteSession.OpenWriter(file))
        {
            Assert.Contains("nx1.", connection.ReadText("SELECT body FROM outbox"), StringComparison.Ordinal);
            Assert.Null(connection.ReadText("SELECT body FROM outbox WHERE instr(body, ?1)", Marker));
            Assert.Null(connection.ReadText("SELECT doc FROM sessions WHERE instr(doc, ?1)", Marker));
        }

        var (second, again) = await nexus.ServeAsync();
        await using (second)
        {
            await Eventually.TrueAsync(async () =>
                await database.ScalarAsync<string>("SELECT config->>'mode' FROM sessions WHERE chat_id = '1'") == "PILOT");
            Assert.StartsWith("nx1.", await database.ScalarAsync<string>("SELECT config->>'clave' FROM sessions WHERE chat_id = '1'"),
                StringComparison.Ordinal);
            // Beside a server the file is counted and left alone. The server may mend its copy once more after the start.
            await Eventually.TrueAsync(async () =>
            {
                using (var connection = SqliteSession.OpenWriter(file))
                {
                    connection.Execute(
                        "UPDATE sessions SET doc = replace(doc, '\"config\":{', '\"config\":' || ?1) WHERE chat_id = '2' AND instr(doc, ?2) = 0",
                            added, Marker);
                }
                var beside = await nexus.RunAsync("keys", "scan");
                return beside.ExitCode == 1 && beside.Error.Contains("fallback.db is in use", StringComparison.Ordinal);
            });
            second.Signal(ChildProcess.SigTerm);
            Assert.Equal(0, await second.WaitForExitAsync());
        }
        Assert.NotEmpty(again);
    }

    private static async Task PutAsync(NexusProgram nexus, string url, int chat)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(nexus.Data, "admin.key"))).Trim());
        using var body = new StringContent("""{"config":{"n":1}}""", Encoding.UTF8, "application/json");
        using var response = await http.PutAsync(new Uri($"v1/sessions/{chat}", UriKind.Relative), body);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }
}
