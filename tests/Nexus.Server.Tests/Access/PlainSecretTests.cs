using System.Text;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;

namespace Nexus.Server.Tests.Access;

/// <summary>Uses everything with secrets in it and then looks for them in every file, table, log and answer.</summary>
public abstract class PlainSecretTests
{
    [Fact]
    public async Task A_secret_is_found_nowhere_but_in_the_answer_to_a_key_that_may_see_it()
    {
        await using var server = await RunningServer.StartAsync(await CreateHomeAsync());
        using var bot = await server.CallerAsync("bot");
        var answers = new StringBuilder();
        var secrets = Enumerable.Range(0, 8).Select(i => $"plain-{i}-{Guid.NewGuid():n}").ToArray();

        await SendAsync(
            HttpMethod.Put,
            "/v1/sessions/1",
            $$$"""
            {"apiKey":"{{{secrets[0]}}}","apiSecret":"{{{secrets[1]}}}",
                "config":{"binance_api_key":"{{{secrets[2]}}}","https_proxy":"http://u:{{{secrets[3]}}}@host:1"}}
            """);
        await SendAsync(HttpMethod.Patch, "/v1/sessions/1/config", $$$"""{"nested":{"alpaca_secret":"{{{secrets[4]}}}"}}""");
        await SendAsync(
            HttpMethod.Post,
            "/v1/trades",
            $$$"""{"chatId":"1","symbol":"A","side":"LONG","entryPrice":1,"quantity":1,"metadata":{"api_secret":"{{{secrets[5]}}}"}}""");
        await SendAsync(HttpMethod.Put, "/v1/system-config/telegram_token", $$"""{"value":"{{secrets[6]}}"}""", server.Admin, keepAnswer: false);
        await SendAsync(HttpMethod.Patch, "/v1/bot-state", $$$"""{"groupConfig":{"webhook_secret":"{{{secrets[7]}}}"}}""");
        foreach (var path in new[] { "/v1/sessions", "/v1/sessions/1", "/v1/trades", "/v1/system-config", "/v1/bot-state" })
            await SendAsync(HttpMethod.Get, path, null);
        // Errors are where values like to slip out.
        await SendAsync(HttpMethod.Put, "/v1/sessions/1", $$$"""{"apiKey":"{{{secrets[0]}}}","config":{"a":"{{{secrets[1]}}}\u0000"}}""");
        await SendAsync(HttpMethod.Put, "/v1/sessions/1", $$$"""{"apiKey":{"{{{secrets[0]}}}":1}}""");
        await SendAsync(HttpMethod.Put, "/v1/sessions/1", $$$"""{"config":{"api_secret":"{{{secrets[1]}}}" oops}}""");
        await SendAsync(HttpMethod.Post, "/v1/trades", $$"""{"symbol":"{{secrets[5]}}","chatId":"1","side":"{{secrets[5]}}"}""");

        var everything = new[]
        {
            ("the answers", answers.ToString()),
            ("the logs", server.Logs.Everything),
            ("the store", Encoding.UTF8.GetString(await server.Home.ReadEverythingAsync())),
        };
        foreach (var (place, text) in everything)
        {
            foreach (var secret in secrets) Assert.False(text.Contains(secret, StringComparison.Ordinal), $"a secret is in {place}");
        }
        Assert.Contains(secrets[0], (await server.Admin.GetAsync("/v1/sessions/1")).Text, StringComparison.Ordinal);

        async Task SendAsync(HttpMethod method, string path, string? body, ApiClient? caller = null, bool keepAnswer = true)
        {
            var answer = await (caller ?? bot).SendAsync(method, path, body);
            if (keepAnswer) answers.AppendLine(answer.Text);
        }
    }

    protected abstract Task<StoreHome> CreateHomeAsync();
}

public sealed class SqlitePlainSecretTests : PlainSecretTests
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class PostgresPlainSecretTests : PlainSecretTests
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}
