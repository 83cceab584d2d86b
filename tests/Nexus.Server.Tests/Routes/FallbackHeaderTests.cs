using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Server.Api;
using Nexus.Server.Tests.Kit;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Routes;

/// <summary>The headers say what the request itself read and wrote, whatever the failover does before the response starts.</summary>
public sealed class FallbackHeaderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Headers_come_from_the_answer_and_not_from_the_state_at_the_response()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await using var network = new TcpProxy(cluster.Host, cluster.Port);
        await using var server = await RunningServer.StartAsync(new DatabaseHome(cluster.Url(database.Name, port: network.Port)));
        var db = server.Db;
        await db.Sessions.SaveAsync(Session(1), cancellationToken: Token);
        await db.BotState.GetAsync(Token);

        var freshRead = await BeginAsync("GET", async () => await db.Sessions.GetAsync(1, Token));
        var committed = await BeginAsync("PUT", () => db.Sessions.SaveAsync(Session(2), cancellationToken: Token));
        // A replica that is not complete cannot tell whether a chat has access.
        await ((FailoverStore)db.Store).FollowAsync(Token);
        network.Refusing = true;
        network.CutAll();
        await db.Sessions.SaveAsync(Session(3), cancellationToken: Token);
        Assert.True(db.Fallback!.IsLocal);

        Assert.Null((await freshRead.StartAsync()).Stale);
        Assert.Equal("committed", (await committed.StartAsync()).Acknowledged);

        var staleRead = await BeginAsync("GET", async () => await db.Sessions.GetAsync(1, Token));
        var staleAgain = await BeginAsync("GET", async () => await db.Sessions.GetAsync(1, Token));
        var staleList = await BeginAsync("GET", async () => await db.Sessions.ListAsync(cancellationToken: Token).CountAsync(Token));
        var staleState = await BeginAsync("GET", async () => await db.BotState.GetAsync(Token));
        var staleAccess = await BeginAsync("GET", async () => await db.Users.CheckAccessAsync(1, Token));
        var spooled = await BeginAsync("PUT", () => db.Sessions.SaveAsync(Session(1), cancellationToken: Token));
        var spooledBatch = await BeginAsync("POST", () => db.Sessions.SaveBatchAsync([Session(5), Session(6)], Token));
        var nothing = await BeginAsync("GET", () => Task.CompletedTask);
        network.Refusing = false;
        await Eventually.TrueAsync(() => db.Fallback is { IsLocal: false, Pending: 0 });

        var reads = new (string Name, PendingResponse Response)[]
        {
            ("read", staleRead), ("read again", staleAgain), ("list", staleList), ("bot state", staleState), ("access", staleAccess),
        };
        foreach (var (name, read) in reads) Assert.False((await read.StartAsync()).Stale is null, $"{name} does not say that it is stale");
        Assert.Equal("spooled", (await spooled.StartAsync()).Acknowledged);
        Assert.Equal("spooled", (await spooledBatch.StartAsync()).Acknowledged);
        Assert.Equal((null, null), await nothing.StartAsync());
    }

    private static Session Session(long chatId) => new(chatId, null, null, StateJson.Parse("{}"));

    /// <summary>Runs a request up to the moment before its response starts.</summary>
    private static async Task<PendingResponse> BeginAsync(string method, Func<Task> handle)
    {
        var response = new PendingResponse();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseFeature>(response);
        (context.Request.Method, context.Request.Path) = (method, "/v1/sessions/1");
        await FallbackHeaders.SetAsync(context, _ => handle());
        return response;
    }

    private sealed class PendingResponse : HttpResponseFeature
    {
        private readonly List<(Func<object, Task> Callback, object State)> _starting = [];

        public override void OnStarting(Func<object, Task> callback, object state) => _starting.Add((callback, state));

        public async Task<(string? Acknowledged, string? Stale)> StartAsync()
        {
            foreach (var (callback, state) in _starting) await callback(state);
            return (Find(FallbackHeaders.Acknowledged), Find(FallbackHeaders.Stale));
        }

        private string? Find(string name) => Headers.TryGetValue(name, out var values) ? values.ToString() : null;
    }
}
