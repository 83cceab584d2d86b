using System.Text;
using System.Text.Json;
using Nexus.Chats;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;

namespace Nexus.Server.Tests.Routes;

/// <summary>Whatever the API shows can be sent back to it, and changes nothing.</summary>
public abstract class ReadAndWriteAgainTests
{
    [Fact]
    public async Task What_was_read_can_be_written_with_and_without_secrets()
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = await RunningServer.StartAsync(await CreateHomeAsync());
        await LimitRecords.FillAsync(server.Db, 7, token);
        var stored = await LimitRecords.DescribeAsync(server.Db, token);
        using var masked = await server.CallerAsync("bot", "admin");

        foreach (var caller in new[] { server.Admin, masked })
        {
            await foreach (var session in server.Db.Sessions.ListAsync(cancellationToken: token))
                await SendBackAsync(caller, $"/v1/sessions/{session.ChatId}");
            await foreach (var user in server.Db.Users.ListAsync(cancellationToken: token)) await SendBackAsync(caller, $"/v1/users/{user.ChatId}");
            await SendBackAsync(caller, "/v1/bot-state");
            await foreach (var entry in server.Db.SystemConfig.ListAsync(token))
            {
                if (!entry.Key.StartsWith("nexus:", StringComparison.Ordinal))
                    await SendBackAsync(caller, $"/v1/system-config/{Uri.EscapeDataString(entry.Key)}");
            }
            var lines = new StringBuilder();
            await foreach (var trade in server.Db.Trades.ListAsync(cancellationToken: token))
            {
                var read = (await caller.GetAsync($"/v1/trades/{trade.Id}")).Expect(200);
                (await caller.PostAsync("/v1/trades", read.Text)).Expect(200);
                lines.AppendLine(read.Text);
            }
            var batch = (await caller.SendAsync(HttpMethod.Post, "/v1/trades:batch", lines.ToString(), "application/x-ndjson")).Expect(200);
            Assert.Equal((12, 0), (batch["wereThere"].GetInt32(), batch["rejected"].GetInt32()));
            var members = new List<JsonElement>();
            await foreach (var session in server.Db.Sessions.ListAsync(cancellationToken: token))
                members.Add((await caller.GetAsync($"/v1/sessions/{session.ChatId}")).Json);
            (
                await caller.PostAsync(
                    "/v1/sessions:batch", $$"""{"sessions":[{{string.Join(',', members.Select(member => member.GetRawText()))}}]}""")).Expect(200);
        }

        Assert.Equal(stored, await LimitRecords.DescribeAsync(server.Db, token));
    }

    protected abstract Task<StoreHome> CreateHomeAsync();

    private static async Task SendBackAsync(ApiClient caller, string path)
    {
        var read = (await caller.GetAsync(path)).Expect(200);
        (await caller.PutAsync(path, read.Text, ("If-Match", read.ETag!))).Expect(200);
    }
}

public sealed class SqliteReadAndWriteAgainTests : ReadAndWriteAgainTests
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class PostgresReadAndWriteAgainTests : ReadAndWriteAgainTests
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}
