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

    /// <summary>Without the whole tables that a start drops, and a machine that is too slow for heartbeats.</summary>
    private static IEnumerable<StateChange> Named(IEnumerable<StateChange> heard) => heard.Where(change => change.Id != StateChange.Everything);

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
        Assert.Equal([.. first, new("users", "9")], Named(there).Order(ByText));
        Assert.Equal([.. first, new("users", "9")], Named(here).Order(ByText));
    }

    [Fact]
    public async Task A_full_batch_of_long_ids_arrives_complete_in_several_notices()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var there = Listen(await fixture.OpenAnotherAsync());
        var ids = Enumerable.Range(0, 1000).Select(n => $"-{1_000_000_000_000 + n}").ToArray();

        await fixture.ApplyAllAsync([.. ids.Select(id => Make.Session(id)), Make.User("1")]);

        await HearAsync(there, "users", "1");
        Assert.Equal([.. ids.Select(id => new StateChange("sessions", id)), new("users", "1")], Named(there).OrderBy(change => change.Table)
            .ThenBy(change => change.Id, StringComparer.Ordinal));
        Assert.InRange(fixture.Store.NoticeUse.Sent, 3, 20);
    }

    [Fact]
    public void No_notice_is_larger_than_NOTIFY_takes_and_what_is_split_arrives_complete()
    {
        var notice = new ChangeNotice(new string('s', 63), "read-write");
        var reader = new NoticeReader(new ChangeNotice(new string('s', 63)));
        for (var count = 0; count < 3000; count += 1 + (count / 3))
        {
            StateChange[] changes = [.. Enumerable.Range(0, count).Select(n => n % 3 == 0
                ? new StateChange("sessions", $"{n}") : new StateChange("system_config", string.Concat(Enumerable.Repeat("🚀\"", n % 100)) + n))];
            foreach (var notices in new[] { notice.Plain(changes), notice.Numbered(changes, 5, isEnd: true) })
            {
                Assert.All(notices, text => Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(text), 1, 7999));
                var heard = notices.Select(reader.Read).ToList();
                Assert.Equal(changes.ToHashSet(), heard.SelectMany(one => one.Changes).ToHashSet());
            }
            Assert.Equal(Enumerable.Range(5, notice.Numbered(changes, 5).Length).Select(n => (long?)n),
                notice.Numbered(changes, 5).Select(text => reader.Read(text).Number));
        }
        var own = new NoticeReader(notice);
        var mine = own.Read(notice.Numbered([new("sessions", "},0,\"off\",3]")], 17)[0]);
        Assert.Equal((true, 17L), (mine.IsOwn, mine.Number));
        Assert.Equal([new StateChange("sessions", StateChange.Everything)],
            reader.Read(notice.Plain([new("sessions", new string('x', 9000))])[0]).Changes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("[1,\"public\",{}]")]
    [InlineData("[null,\"public\",{}]")]
    [InlineData("[\"a\",\"public\"]")]
    [InlineData("[\"a\",\"public\",{\"sessions\":{}}]")]
    [InlineData("[\"a\",\"public\",{\"sessions\":[1]}]")]
    [InlineData("[\"a\",\"public\",{\"sessions\":[null]}]")]
    [InlineData("[\"a\",\"public\",{\"sessions\":[\"\\ud800\"]}]")]
    [InlineData("[\"a\",\"public\",{},0,\"off\",1.5]")]
    [InlineData("[\"a\",\"public\",{},0,\"off\",99999999999999999999]")]
    [InlineData("[\"a\",\"public\",{},0,{},1]")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[")]
    [InlineData("[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",\"public\",{},0,\"off\",1]")]
    public void A_notice_that_is_not_understood_counts_as_anything(string payload)
    {
        var heard = new NoticeReader(new ChangeNotice("public")).Read(payload);
        Assert.Equal(RecordTables.Everything, heard.Changes);
        Assert.Null(heard.Number);
    }

    [Fact]
    public void Notices_of_an_earlier_version_are_understood_and_unknown_tables_are_left_out()
    {
        var reader = new NoticeReader(new ChangeNotice("public"));
        Assert.Equal([new("sessions", "1"), new("users", "*")],
            reader.Read("""["a","public",{"sessions":["1"],"users":["*"],"robots":["1"]},8042]""").Changes);
        var beat = reader.Read("""["a","public",{},8042,"read-write"]""");
        Assert.Equal(("a", "read-write", null, 0), (beat.Sender, beat.Mode, beat.Number, beat.Changes.Count));
        Assert.Empty(reader.Read("""["a","elsewhere",{"sessions":["1"]},8042]""").Changes);
    }

    [Fact]
    public void Pending_changes_are_kept_once_and_bounded()
    {
        var pending = new PendingChanges();
        for (var n = 0; n < 3; n++) pending.Add([new("users", "1"), new("users", "2")]);
        Assert.Equal(2, pending.Count);
        pending.Add(Enumerable.Range(0, 50_000).Select(n => new StateChange("sessions", $"{n}")));
        Assert.Equal(new HashSet<StateChange> { new("users", "1"), new("users", "2"), new("sessions", "*") }, [.. pending.Take()]);
        Assert.Equal(0, pending.Count);
    }

    [Fact]
    public async Task A_batch_makes_one_notice()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await using var connection = await fixture.Database.DataSource.OpenConnectionAsync(StoreFixture.Token);
        var notices = new List<string>();
        connection.Notification += (_, notice) =>
        {
            if (notice.Payload.Contains("sessions", StringComparison.Ordinal)) notices.Add(notice.Payload);
        };
        await using (var command = new Npgsql.NpgsqlCommand("LISTEN nexus_changes", connection)) await command.ExecuteNonQueryAsync(
            StoreFixture.Token);

        await fixture.ApplyAllAsync([.. Enumerable.Range(0, 100).Select(n => Make.Session($"{n}")), .. Enumerable.Range(0, 100)
            .Select(n => Make.User($"{n}"))]);

        await Eventually.TrueAsync(async () =>
        {
            await using var command = new Npgsql.NpgsqlCommand("SELECT 1", connection);
            await command.ExecuteNonQueryAsync(StoreFixture.Token);
            return notices.Count > 0;
        });
        Assert.Contains("users", Assert.Single(notices), StringComparison.Ordinal);
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
        Assert.DoesNotContain(Named(here), change => change.Table is "sessions" or "trades");
        Assert.Empty(await fixture.Store.GetSessionsAsync(["1", "2"], StoreFixture.Token));
        Assert.Equal(1, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM elsewhere.trades"));
    }

    private static readonly Comparer<StateChange> ByText = Comparer<StateChange>.Create((one, other) =>
        string.CompareOrdinal(Text(one), Text(other)));

    private static string Text(StateChange change) => $"{change.Table} {(change.Id.StartsWith('-') ? "~" : "")}{change.Id}";
}
