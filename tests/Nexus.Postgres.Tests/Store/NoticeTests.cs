using System.Collections.Concurrent;
using Nexus.Engine;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>What one instance writes, the others hear of.</summary>
public class NoticeTests
{
    private const string EndListeners =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";

    private static ConcurrentQueue<StateChange> Listen(IStore store)
    {
        var heard = new ConcurrentQueue<StateChange>();
        store.Changes.Published += changes =>
        {
            foreach (var change in changes) heard.Enqueue(change);
        };
        return heard;
    }

    private static Task HearAsync(ConcurrentQueue<StateChange> heard, string table, string id) =>
        Eventually.TrueAsync(() => heard.Contains(new StateChange(table, id)));

    [Fact]
    public async Task Another_instance_hears_each_record_once_and_its_own_changes_only_from_itself()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var other = await fixture.OpenAnotherAsync();
        var (here, there) = (Listen(fixture.Store), Listen(other));

        await fixture.ApplyAllAsync(Make.Session("1"), Make.Session("-2"), Make.Config("a \"b\" ✓", "1"));
        await other.ApplyAsync([Make.User("9")], atomic: false, StoreFixture.Token);

        StateChange[] first = [new("sessions", "1"), new("sessions", "-2"), new("system_config", "a \"b\" ✓")];
        await HearAsync(there, "system_config", "a \"b\" ✓");
        await HearAsync(here, "users", "9");
        Assert.Equal([.. first, new("users", "9")], there.Order(ByText));
        Assert.Equal([.. first, new("users", "9")], here.Order(ByText));
    }

    [Fact]
    public async Task A_batch_too_large_to_name_its_records_names_its_tables()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var there = Listen(await fixture.OpenAnotherAsync());

        await fixture.ApplyAllAsync([.. Enumerable.Range(0, 1500).Select(n => Make.Session($"{100_000_000 + n}")), Make.User("1")]);

        await HearAsync(there, "users", StateChange.Everything);
        Assert.Equal([new("sessions", StateChange.Everything), new("users", StateChange.Everything)], there.Order(ByText));
    }

    [Fact]
    public void No_notice_is_larger_than_NOTIFY_takes()
    {
        var notice = new ChangeNotice(new string('s', 63));
        for (var count = 1; count < 3000; count += 7)
        {
            WriteKey[] keys = [.. Enumerable.Range(0, count).Select(n =>
                new WriteKey(Nexus.SystemConfig.SystemConfigRow.Table, string.Concat(Enumerable.Repeat("🚀", n % 100)) + n))];
            Assert.InRange(notice.Payload(keys).Length, 1, 7999);
        }
    }

    [Fact]
    public async Task A_batch_makes_one_notice()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await using var connection = await fixture.Database.DataSource.OpenConnectionAsync(StoreFixture.Token);
        var notices = new List<string>();
        connection.Notification += (_, notice) => notices.Add(notice.Payload);
        await using (var command = new Npgsql.NpgsqlCommand("LISTEN nexus_changes", connection)) await command.ExecuteNonQueryAsync(
            StoreFixture.Token);

        await fixture.ApplyAllAsync([.. Enumerable.Range(0, 100).Select(n => Make.Session($"{n}")), .. Enumerable.Range(0, 100)
            .Select(n => Make.User($"{n}"))]);

        await using (var command = new Npgsql.NpgsqlCommand("SELECT 1", connection)) await command.ExecuteNonQueryAsync(StoreFixture.Token);
        Assert.Single(notices);
    }

    [Fact]
    public async Task A_listener_that_was_cut_off_comes_back_and_counts_everything_as_changed()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var other = await fixture.OpenAnotherAsync();
        var there = Listen(other);

        Assert.Equal(2, await fixture.Database.ScalarAsync<long>($"SELECT count(*) FROM ({EndListeners}) AS ended"));
        await Eventually.TrueAsync(() => Nexus.Stores.RecordTables.Everything.All(there.Contains));
        await Eventually.TrueAsync(() => other.Changes.IsLive);
        await fixture.ApplyAsync(Make.Session("1"));

        await HearAsync(there, "sessions", "1");
    }

    [Fact]
    public async Task While_nothing_is_heard_the_feed_is_not_live()
    {
        TcpProxy? proxy = null;
        await using var fixture = await StoreFixture.CreateAsync((options, database) =>
        {
            proxy = new TcpProxy(database.Cluster.Host, database.Cluster.Port);
            options.Database = database.Cluster.Url(database.Name, port: proxy.Port);
        });
        await using var _ = proxy!;
        Assert.True(fixture.Store.Changes.IsLive);
        var wasLiveAtEverything = true;
        fixture.Store.Changes.Published += changes => wasLiveAtEverything &= changes.Count == 0 || fixture.Store.Changes.IsLive;

        proxy!.Refusing = true;
        proxy.CutAll();
        await Eventually.TrueAsync(() => !fixture.Store.Changes.IsLive);
        proxy.Refusing = false;
        await Eventually.TrueAsync(() => fixture.Store.Changes.IsLive);

        // When it is live again, callers have already received the notice.
        Assert.False(wasLiveAtEverything);
    }

    [Fact]
    public async Task A_stranger_s_notice_on_the_channel_counts_as_anything()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var here = Listen(fixture.Store);

        await fixture.Database.ExecuteAsync("""SELECT pg_notify('nexus_changes', '{"not":"ours"}')""");

        await HearAsync(here, "sessions", StateChange.Everything);
    }

    [Fact]
    public async Task Another_schema_of_the_same_database_is_another_state()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var elsewhere = await fixture.OpenAnotherAsync((options, _) => options.Schema = "elsewhere");
        var here = Listen(fixture.Store);

        await elsewhere.ApplyAsync([Make.Session("1"), new Nexus.Trades.OpenTrade(Make.Trade("1"))], atomic: false, StoreFixture.Token);
        await elsewhere.ApplyAsync([Make.Session("2")], atomic: false, StoreFixture.Token);
        await fixture.ApplyAsync(Make.Config("last", "1"));
        var third = await fixture.OpenAnotherAsync();
        await third.ApplyAsync([Make.Config("third", "1")], atomic: false, StoreFixture.Token);

        await HearAsync(here, "system_config", "third");
        Assert.DoesNotContain(here, change => change.Table is "sessions" or "trades");
        Assert.Empty(await fixture.Store.GetSessionsAsync(["1", "2"], StoreFixture.Token));
        Assert.Equal(1, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM elsewhere.trades"));
    }

    private static readonly Comparer<StateChange> ByText = Comparer<StateChange>.Create((one, other) =>
        string.CompareOrdinal(Text(one), Text(other)));

    private static string Text(StateChange change) => $"{change.Table} {(change.Id.StartsWith('-') ? "~" : "")}{change.Id}";
}
