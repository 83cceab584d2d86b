using Nexus.Engine;

namespace Nexus.StoreContract.Front;

/// <summary>What an operator and a listener see of the engine.</summary>
public abstract class WatchFrontContract : FrontContract
{
    [Fact]
    public async Task A_listener_hears_of_each_change_by_name()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var seen = new List<StateChange>();
        await using var changes = Db.WatchAsync(patience.Token).GetAsyncEnumerator(patience.Token);

        // The subscription begins with the first wait.
        var next = changes.MoveNextAsync();
        await Db.Sessions.SaveAsync(Session(1), cancellationToken: Token);
        await Db.Users.SaveAsync(2, "Ana", days: null, cancellationToken: Token);
        while (!(seen.Exists(change => change is { Table: "sessions", Id: "1" or StateChange.Everything })
            && seen.Exists(change => change is { Table: "users", Id: "2" or StateChange.Everything })))
        {
            Assert.True(await next);
            seen.AddRange(changes.Current);
            next = changes.MoveNextAsync();
        }

        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
    }

    [Fact]
    public async Task The_status_names_the_store_and_the_queue_empties()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Db.Sessions.SaveAsync(Session(i), cancellationToken: Token)));

        Assert.Equal(0, Db.QueuedWrites);
        Assert.Equal(Db.Store.Kind, (await Db.GetStatusAsync(Token)).Kind);
        Assert.NotEmpty(Db.KeyIds);
    }

    [Fact]
    public async Task Nothing_is_logged_per_operation_at_Information_or_above()
    {
        var before = Logs.Lines.Count;
        for (var i = 0; i < 50; i++)
        {
            await Db.Sessions.SaveAsync(Session(i), cancellationToken: Token);
            await Db.Users.SaveAsync(i, "Ana", days: null, cancellationToken: Token);
            await Db.Users.CheckAccessAsync(i, Token);
            await Db.Trades.OpenAsync(Trade(i), Token);
        }

        Assert.True(Logs.Lines.Skip(before).Count(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Information) < 10);
    }

    [Fact]
    public async Task An_engine_that_was_closed_says_so()
    {
        var db = Db;
        await CloseAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => db.Sessions.SaveAsync(Session(1), cancellationToken: Token));
        await db.DisposeAsync();
    }
}
