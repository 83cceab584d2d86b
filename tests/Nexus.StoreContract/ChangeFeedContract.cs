using Nexus.Engine;
using Nexus.Trades;

namespace Nexus.StoreContract;

/// <summary>Who changes a record tells everybody in this process who keeps a copy of it.</summary>
public abstract class ChangeFeedContract : StoreContract
{
    [Fact]
    public async Task Caches_learn_of_a_change_before_its_caller_does()
    {
        var published = new List<StateChange>();
        Store.Changes.Published += changes =>
        {
            lock (published) published.AddRange(changes);
        };
        var trade = Make.Trade("1");

        await ApplyAllAsync(Make.Session("1"), Make.User("2"), Make.State(ai: false), Make.Config("k", "1"), new OpenTrade(trade));

        lock (published)
        {
            AssertNames(published, "sessions", "1");
            AssertNames(published, "users", "2");
            AssertNames(published, "bot_state", "1");
            AssertNames(published, "system_config", "k");
            AssertNames(published, "trades", trade.Id.ToString());
        }
    }

    [Fact]
    public async Task A_subscriber_sees_every_kind_of_change()
    {
        await ApplyAllAsync(Make.Session("1"), Make.Session("2"), Make.User("1"));
        using var subscription = Store.Changes.Subscribe();

        await ApplyAsync(Make.Patch("1", """{"a":1}"""));
        await ApplyAsync(new Nexus.Sessions.DeleteSession("2", null));
        await ApplyAsync(new Nexus.Users.RemoveUser("1", null));

        var seen = await ReadUntilAsync(subscription, changes => Names(changes, "users", "1"));
        AssertNames(seen, "sessions", "1");
        AssertNames(seen, "sessions", "2");
    }

    [Fact]
    public async Task What_was_not_applied_is_no_change()
    {
        var save = Make.Session("1");
        await ApplyAsync(save);
        using var subscription = Store.Changes.Subscribe();

        await ApplyAllAsync(save, Make.Session("2", expected: 5), Make.User("3", expected: 1));
        await ApplyAtomicAsync(Make.Session("4"), Make.Session("5", expected: 5));
        await ApplyAsync(Make.Config("last", "1"));

        var seen = await ReadUntilAsync(subscription, changes => Names(changes, "system_config", "last"));
        Assert.DoesNotContain(seen, change => change.Table is "sessions" or "users");
    }

    internal static async Task<List<StateChange>> ReadUntilAsync(ChangeFeed.Subscription subscription, Func<List<StateChange>, bool> enough)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        var seen = new List<StateChange>();
        await foreach (var changes in subscription.ReadAllAsync(patience.Token))
        {
            seen.AddRange(changes);
            if (enough(seen)) break;
        }
        return seen;
    }

    internal static bool Names(List<StateChange> changes, string table, string id) =>
        changes.Exists(change => change.Table == table && (change.Id == id || change.Id == StateChange.Everything));

    private static void AssertNames(List<StateChange> changes, string table, string id) =>
        Assert.True(Names(changes, table, id), $"{table} {id} is not among {string.Join(", ", changes)}");
}
