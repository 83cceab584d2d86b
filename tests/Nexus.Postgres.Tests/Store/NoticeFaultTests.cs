using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Nexus.Engine;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Postgres.Tests.Store;

/// <summary>Notices that are lost, late, forged or of another version.</summary>
public sealed class NoticeFaultTests
{
    private const string Peer = "0123456789abcdef0123456789abcdef";

    private const string Notifiers =
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%set_config(''synchronous_commit''%'";

    private static readonly string[] TablesOfState = [.. RecordTables.Everything.Select(change => change.Table)];

    private sealed class Ear
    {
        private readonly ConcurrentQueue<StateChange> _heard = new();

        public Ear(IStore store) => store.Changes.Published += changes =>
        {
            foreach (var change in changes) _heard.Enqueue(change);
        };

        public bool HasHeard(string table, string id) => _heard.Contains(new StateChange(table, id));

        public bool HasDropped => TablesOfState.All(table => HasHeard(table, StateChange.Everything));

        public void Forget() => _heard.Clear();
    }

    /// <summary>Sends what another role could send.</summary>
    private static async Task SayAsync(NpgsqlConnection connection, string payload)
    {
        await using var command = new NpgsqlCommand("SELECT pg_notify('nexus_changes', $1)", connection);
        command.Parameters.Add(new() { Value = payload });
        await command.ExecuteNonQueryAsync(StoreFixture.Token);
    }

    private static Task SayAsync(NpgsqlConnection connection, long number, string sender = Peer, string changes = "{}") =>
        SayAsync(connection, $$"""["{{sender}}","public",{{changes}},0,"off",{{number}}]""");

    private static async Task<int> NotifierOfAsync(StoreFixture fixture, Func<Task> open)
    {
        var others = await fixture.Database.QueryAsync<int>(Notifiers);
        await open();
        return Assert.Single((await fixture.Database.QueryAsync<int>(Notifiers)).Except(others));
    }

    /// <summary>What drops memory at the start, because anything may have been missed before, is over.</summary>
    private static async Task SettleAsync(PostgresStore store)
    {
        await Eventually.TrueAsync(() => store.NoticeUse.Drops > 0);
        await Eventually.TrueAsync(() => store.Changes.IsLive);
    }

    [Fact]
    public async Task A_skipped_number_drops_what_is_in_memory_and_a_stop_does_not()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var here = new Ear(fixture.Store);
        var other = await fixture.OpenAnotherAsync();
        await other.ApplyAsync([Make.Session("1")], atomic: false, StoreFixture.Token);
        await Eventually.TrueAsync(() => here.HasHeard("sessions", "1") && fixture.Store.NoticeUse.Peers == 1);
        // On a slow machine an instance may have been silent for so long that it was taken for lost.
        var gaps = fixture.Store.NoticeUse.Gaps;
        await other.DisposeAsync();
        await Eventually.TrueAsync(() => fixture.Store.NoticeUse.Peers == 0);
        Assert.Equal(gaps, fixture.Store.NoticeUse.Gaps);

        await using var connection = await fixture.Database.DataSource.OpenConnectionAsync(StoreFixture.Token);
        await SayAsync(connection, 1);
        await SayAsync(connection, 2, changes: """{"users":["5"]}""");
        await Eventually.TrueAsync(() => here.HasHeard("users", "5"));
        Assert.Equal(gaps, fixture.Store.NoticeUse.Gaps);
        here.Forget();
        await SayAsync(connection, 4);
        await Eventually.TrueAsync(() => here.HasDropped);
        Assert.Equal(gaps + 1, fixture.Store.NoticeUse.Gaps);
    }

    [Fact]
    public async Task A_commit_whose_notice_is_stuck_drops_what_is_in_memory_also_against_forged_heartbeats()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var fixture = await StoreFixture.CreateAsync(cluster);
        await using var proxy = new TcpProxy(fixture.Database.Cluster.Host, fixture.Database.Cluster.Port);
        await SettleAsync(fixture.Store);
        PostgresStore? other = null;
        var notifier = await NotifierOfAsync(fixture, async () => other = await fixture.OpenAnotherAsync((options, database) =>
            options.Database = database.Cluster.Url(database.Name, port: proxy.Port)));
        var here = new Ear(fixture.Store);
        await Eventually.TrueAsync(() => fixture.Store.NoticeUse.Peers == 1);
        await using var connection = await fixture.Database.DataSource.OpenConnectionAsync(StoreFixture.Token);
        var sender = new TaskCompletionSource<(string Name, long Number)>();
        connection.Notification += (_, notice) =>
        {
            var heard = new NoticeReader(new ChangeNotice("public")).Read(notice.Payload);
            if (notice.PID == notifier && heard.Number is { } number) sender.TrySetResult((heard.Sender!, number));
        };
        await using (var listen = new NpgsqlCommand("LISTEN nexus_changes", connection)) await listen.ExecuteNonQueryAsync(StoreFixture.Token);
        while (!sender.Task.IsCompleted) await connection.WaitAsync(StoreFixture.Token);
        var (name, last) = await sender.Task;

        // Nor does it get another connection.
        proxy.Refusing = true;
        ChildProcess.Send(notifier, ChildProcess.SigStop);
        try
        {
            // The first one is of a stranger, who may have written something.
            var drops = fixture.Store.NoticeUse.Drops;
            await SayAsync(connection, last + 1, name);
            await Eventually.TrueAsync(() => fixture.Store.NoticeUse.Drops > drops);
            await other!.ApplyAsync([Make.Session("1")], atomic: false, StoreFixture.Token);
            var written = TimeProvider.System.GetTimestamp();
            here.Forget();
            // On a slow machine the commit may have announced itself.
            for (var n = 2; !here.HasDropped && !here.HasHeard("sessions", "1"); n++)
            {
                await SayAsync(connection, last + n, name);
                Assert.True(TimeProvider.System.GetElapsedTime(written) < 5 * CacheProof.Bound, "nothing was dropped");
                await Task.Delay(100, StoreFixture.Token);
            }

            // Meanwhile its commits announce themselves.
            await Eventually.TrueAsync(async () =>
            {
                await other.ApplyAsync([Make.Session("2")], atomic: false, StoreFixture.Token);
                return here.HasHeard("sessions", "2");
            });
        }
        finally
        {
            ChildProcess.Send(notifier, ChildProcess.SigCont);
        }
        proxy.Refusing = false;
        // What is stuck arrives by another connection or by this one.
        await Eventually.TrueAsync(() => here.HasHeard("sessions", "1"));
    }

    [Fact]
    public async Task A_batch_that_takes_long_announces_itself()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var fixture = await StoreFixture.CreateAsync(cluster);
        PostgresStore? other = null;
        var notifier = await NotifierOfAsync(fixture, async () => other = await fixture.OpenAnotherAsync());
        await fixture.ApplyAsync(Make.Session("1"));
        var here = new Ear(fixture.Store);
        await using var connection = await fixture.Database.DataSource.OpenConnectionAsync(StoreFixture.Token);
        await using var transaction = await connection.BeginTransactionAsync(StoreFixture.Token);
        await using (var hold = new NpgsqlCommand("SELECT FROM sessions FOR UPDATE", connection)) await hold.ExecuteNonQueryAsync(StoreFixture.Token);

        var writing = other!.ApplyAsync([Make.Session("1")], atomic: false, StoreFixture.Token);
        await Eventually.TrueAsync(async () => await fixture.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 1);
        await Task.Delay(BatchNotices.LateAfter + TimeSpan.FromMilliseconds(200), StoreFixture.Token);
        ChildProcess.Send(notifier, ChildProcess.SigStop);
        try
        {
            here.Forget();
            await transaction.CommitAsync(StoreFixture.Token);
            await writing;
            await Eventually.TrueAsync(() => here.HasHeard("sessions", "1"));
        }
        finally
        {
            ChildProcess.Send(notifier, ChildProcess.SigCont);
        }
    }

    [Fact]
    [SuppressMessage("Security", "CA2100", Justification = "The text is this test's own.")]
    public async Task Beside_an_instance_of_an_earlier_version_commits_announce_themselves()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await using var connection = await fixture.Database.DataSource.OpenConnectionAsync(StoreFixture.Token);
        var announced = new ConcurrentQueue<string>();
        connection.Notification += (_, notice) =>
        {
            if (notice.Payload.Contains("sessions", StringComparison.Ordinal)) announced.Enqueue(notice.Payload);
        };
        await using (var listen = new NpgsqlCommand("LISTEN nexus_changes", connection)) await listen.ExecuteNonQueryAsync(StoreFixture.Token);

        // A number says that the notice came after the commit.
        await AnnouncedAsync(inTransaction: false, "SELECT 1");
        await AnnouncedAsync(inTransaction: true, """SELECT pg_notify('nexus_changes', '["earlier","public",{},8042,"off"]')""");

        Task AnnouncedAsync(bool inTransaction, string meanwhile) => Eventually.TrueAsync(async () =>
        {
            announced.Clear();
            await fixture.ApplyAsync(Make.Session("1"));
            while (announced.IsEmpty)
            {
                await using var command = new NpgsqlCommand(meanwhile, connection);
                await command.ExecuteNonQueryAsync(StoreFixture.Token);
            }
            return announced.TryDequeue(out var payload) && payload.EndsWith(",0]", StringComparison.Ordinal) == inTransaction;
        });
    }

    [Fact]
    public async Task A_notice_in_the_own_name_neither_proves_nor_hides_anything()
    {
        TcpProxy? proxy = null;
        await using var cluster = await PostgresCluster.StartAsync();
        await using var fixture = await StoreFixture.CreateAsync(cluster, (options, database) =>
        {
            proxy = new TcpProxy(database.Cluster.Host, database.Cluster.Port);
            options.Database = database.Cluster.Url(database.Name, port: proxy.Port);
        });
        await using var _ = proxy!;
        await using var connection = await fixture.Database.DataSource.OpenConnectionAsync(StoreFixture.Token);
        var own = new TaskCompletionSource<HeardNotice>();
        connection.Notification += (_, notice) => own.TrySetResult(new NoticeReader(new ChangeNotice("public")).Read(notice.Payload));
        await using (var listen = new NpgsqlCommand("LISTEN nexus_changes", connection)) await listen.ExecuteNonQueryAsync(StoreFixture.Token);
        while (!own.Task.IsCompleted) await connection.WaitAsync(StoreFixture.Token);
        var (name, last) = ((await own.Task).Sender!, (await own.Task).Number!.Value);

        var notifier = Assert.Single(await fixture.Database.QueryAsync<int>(Notifiers));
        // Nor does it get another connection.
        proxy!.Refusing = true;
        ChildProcess.Send(notifier, ChildProcess.SigStop);
        try
        {
            for (var n = 1; fixture.Store.Changes.IsLive; n++)
            {
                await SayAsync(connection, last + n, name);
                await SayAsync(connection, -n, name);
                await Task.Delay(50, StoreFixture.Token);
                Assert.True(n < 400, "a forged notice kept the proof alive");
            }
        }
        finally
        {
            ChildProcess.Send(notifier, ChildProcess.SigCont);
        }
        proxy.Refusing = false;
        await Eventually.TrueAsync(() => fixture.Store.Changes.IsLive);
    }

    [Fact]
    public async Task Connections_that_are_cut_lose_no_notice()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var other = await fixture.OpenAnotherAsync();
        var there = new Ear(other);
        for (var n = 0; n < 5; n++)
        {
            await fixture.Database.ScalarAsync<long>($"SELECT count(pg_terminate_backend(pid)) FROM ({Notifiers}) AS notifiers");
            await fixture.ApplyAsync(Make.Session($"{n}"));
            await Eventually.TrueAsync(() => there.HasHeard("sessions", $"{n}"));
        }
        await Eventually.TrueAsync(() => fixture.Store.Changes.IsLive && other.Changes.IsLive);
    }
}
