using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Nexus.Secrets;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

/// <summary><c>nexus serve</c> is killed inside a request with an <c>Idempotency-Key</c>; the bot sends the request again.</summary>
public sealed class KilledServerTests
{
    private const string Key = "extension 812";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public Task A_request_that_was_cut_by_SIGKILL_is_carried_out_once() => Task.WhenAll(
        // Before anything is written, before the write is committed, and between the commit and the response.
        ExtendAsync("INSERT ON keyed_state FOR EACH ROW WHEN (NEW.id LIKE 'nexus.requests%')", isReleasedFirst: true),
        ExtendAsync("UPDATE ON users FOR EACH ROW", isReleasedFirst: false),
        ExtendAsync("UPDATE ON keyed_state FOR EACH ROW WHEN (NEW.id LIKE 'nexus.requests%' AND NEW.version > 2)", isReleasedFirst: true));

    private static async Task ExtendAsync(string held, bool isReleasedFirst)
    {
        await using var database = await TestDatabase.CreateAsync();
        using var nexus = new NexusProgram();
        nexus.Environment["DATABASE_URL"] = database.Url;
        nexus.Environment["NEXUS_KEYS"] = KeyRing.GenerateKey();
        var (first, url) = await nexus.ServeAsync("--fallback", "off", "--no-dashboard");
        var end = DateTimeOffset.UtcNow.AddDays(30);
        await using (first)
        {
            using var http = await CallerAsync(nexus, url);
            (await http.PutAsync("/v1/users/1001", Json($$"""{"name":"Ada","expiresAt":"{{end:yyyy-MM-ddTHH:mm:ssZ}}"}"""), Token))
                .EnsureSuccessStatusCode();
            await database.ExecuteAsync($$"""
                CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_catalog.pg_advisory_xact_lock_shared(4711); RETURN NEW; END';
                CREATE TRIGGER hold BEFORE {{held}} EXECUTE FUNCTION hold()
                """);
            await using var holder = await database.DataSource.OpenConnectionAsync(Token);
            await ExecuteAsync(holder, "SELECT pg_advisory_lock(4711)");
            var cut = SendAsync(http);
            await Eventually.TrueAsync(async () => await database.ScalarAsync<long>(
                "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE d.datname = current_database() "
                    + "AND locktype = 'advisory' AND objid = 4711 AND NOT granted") > 0);
            await first.KillAsync();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => cut);
            if (isReleasedFirst) await ExecuteAsync(holder, "SELECT pg_advisory_unlock(4711)");
            var (second, again) = await nexus.ServeAsync("--fallback", "off", "--no-dashboard");
            await using (second)
            {
                using var caller = await CallerAsync(nexus, again);
                var repeat = SendAsync(caller);
                if (!isReleasedFirst)
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), Token);
                    await ExecuteAsync(holder, "SELECT pg_advisory_unlock(4711)");
                }
                var response = await repeat;
                // As a bot does: 409 says that the first request still runs.
                for (var n = 0; response.StatusCode == HttpStatusCode.Conflict && n < 10; n++) response = await SendAsync(caller);
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                var text = await response.Content.ReadAsStringAsync(Token);
                var extended = JsonElement.Parse(text).GetProperty("expiresAt").GetDateTimeOffset();
                Assert.Equal(5, Math.Round((extended - end).TotalDays));
                Assert.Equal(text, await (await SendAsync(caller)).Content.ReadAsStringAsync(Token));
                var stored = JsonElement.Parse(await caller.GetStringAsync("/v1/users/1001", Token));
                Assert.Equal(extended, stored.GetProperty("expiresAt").GetDateTimeOffset());
                second.Signal(ChildProcess.SigTerm);
                await second.WaitForExitAsync();
            }
        }
    }

    private static async Task<HttpClient> CallerAsync(NexusProgram nexus, string url) => new()
    {
        BaseAddress = new Uri(url),
        DefaultRequestHeaders =
        {
            Authorization = new AuthenticationHeaderValue(
                "Bearer", (await File.ReadAllTextAsync(Path.Combine(nexus.Data, "admin.key"), Token)).Trim()),
        },
    };

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/users/1001/extend") { Content = Json("""{"days":5}""") };
        request.Headers.Add("Idempotency-Key", Key);
        return await http.SendAsync(request, Token);
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static async Task ExecuteAsync(Npgsql.NpgsqlConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A constant of this class.
        command.CommandText = sql;
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Token);
    }
}
