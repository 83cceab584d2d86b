using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Limits;

/// <summary>Lists that nobody reads: they hold no connection of the store, and end.</summary>
public abstract class UnreadListTests
{
    private const int Sessions = 40;

    [Fact]
    public async Task Unread_lists_keep_nobody_from_the_store_and_end()
    {
        await using var server = await RunningServer.StartAsync(
            await CreateHomeAsync(), limit: limits => (limits.IdleTimeout, limits.Patience) = (TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1)));
        var large = new string('x', 200_000);
        for (var i = 0; i < Sessions; i++)
            (await server.Admin.PutAsync($"/v1/sessions/{1000 + i}", $$$"""{"config":{"t":"{{{large}}}"}}""")).Expect(201);
        using var greedy = await server.CallerAsync("bot");
        var unread = new List<RawConnection>();
        for (var i = 0; i < 30; i++)
        {
            var connection = await RawConnection.OpenAsync(server.Url, receiveBuffer: 4096);
            unread.Add(connection);
            await connection.SendHeadAsync("GET", "/v1/sessions?limit=1000", greedy.Key);
        }
        // Another key reads its list, whole and in order, and saves.
        var page = (await server.Admin.GetAsync("/v1/sessions?limit=1000")).Expect(200);
        Assert.Equal(
            Enumerable.Range(1000, Sessions).Select(i => $"{i}"),
            page["sessions"].EnumerateArray().Select(session => session.GetProperty("chatId").GetString()!));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, page["next"].ValueKind);
        (await server.Admin.PutAsync("/v1/sessions/1", """{"config":{}}""")).Expect(201);
        // The lists that were not read are given up, so that the key may read lists again although its connections are open.
        await Eventually.TrueAsync(async () => (await greedy.GetAsync("/v1/sessions?limit=1")).Status == 200, TimeSpan.FromMinutes(1));
        foreach (var connection in unread) connection.Dispose();
        var next = "";
        var seen = new List<string>();
        do
        {
            var part = (await server.Admin.GetAsync($"/v1/sessions?limit=7{(next.Length > 0 ? $"&after={next}" : "")}")).Expect(200);
            seen.AddRange(part["sessions"].EnumerateArray().Select(session => session.GetProperty("chatId").GetString()!));
            next = part["next"].GetString() ?? "";
        }
        while (next.Length > 0);
        Assert.Equal(Sessions + 1, seen.Distinct().Count());
        Assert.Equal(Sessions + 1, seen.Count);
    }

    protected abstract Task<StoreHome> CreateHomeAsync();
}

public sealed class SqliteUnreadListTests : UnreadListTests
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class PostgresUnreadListTests : UnreadListTests
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}
