using Nexus.Chats;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>Nothing is served from memory unless it is proven that changes of other instances arrive.</summary>
public class ProofTests
{
    private const string Listeners = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private sealed class Pair(PostgresHome home, NexusDb one, NexusDb other, RecordedLogs logs) : IAsyncDisposable
    {
        public NexusDb One => one;

        public NexusDb Other => other;

        public RecordedLogs Logs => logs;

        public PostgresHome Home => home;

        /// <param name="url">Of the instance under test; the other one is always connected directly.</param>
        public static async Task<Pair> OpenAsync(Func<TestDatabase, string>? url = null, PostgresHome? home = null)
        {
            home ??= await PostgresHome.CreateAsync();
            var logs = new RecordedLogs();
            var options = home.CreateOptions();
            if (url is not null) options.Database = url(home.Database);
            options.ConnectTimeout = TimeSpan.FromSeconds(5);
            var one = await NexusDb.OpenAsync(options, logs, cancellationToken: Token);
            return new Pair(home, one, await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token), logs);
        }

        /// <summary>Everything that the first instance serves must be what the other one wrote last.</summary>
        public async Task AssertSeesChangesAsync(string chat)
        {
            await other.Users.SaveAsync(ChatId.Parse(chat), "n", days: null, cancellationToken: Token);
            await other.SystemConfig.SaveAsync($"k{chat}", StateJson.Parse("1"), cancellationToken: Token);
            await other.BotState.SetAiFilterAsync(true, Token);
            Assert.True((await one.Users.CheckAccessAsync(ChatId.Parse(chat), Token)).Allowed);
            Assert.NotNull(await one.Users.GetAsync(ChatId.Parse(chat), Token));
            Assert.True((await one.BotState.GetAsync(Token)).AiFilterEnabled);
            await other.Users.DeleteAsync(ChatId.Parse(chat), cancellationToken: Token);
            await other.BotState.SetAiFilterAsync(false, Token);
            await other.Sessions.SaveAsync(new Nexus.Sessions.Session(ChatId.Parse(chat), "a", "b", StateJson.Parse("{}")), cancellationToken: Token);
            Assert.False((await one.Users.CheckAccessAsync(ChatId.Parse(chat), Token)).Allowed);
            Assert.Null(await one.Users.GetAsync(ChatId.Parse(chat), Token));
            Assert.False((await one.BotState.GetAsync(Token)).AiFilterEnabled);
            Assert.NotNull(await one.Sessions.GetAsync(ChatId.Parse(chat), Token));
        }

        /// <summary>The same where changes are heard, which takes a moment.</summary>
        public async Task AssertHearsChangesAsync(string chat)
        {
            await other.Users.SaveAsync(ChatId.Parse(chat), "n", days: null, cancellationToken: Token);
            await Eventually.TrueAsync(async () => (await one.Users.CheckAccessAsync(ChatId.Parse(chat), Token)).Allowed);
            await other.Users.DeleteAsync(ChatId.Parse(chat), cancellationToken: Token);
            await Eventually.TrueAsync(async () => !(await one.Users.CheckAccessAsync(ChatId.Parse(chat), Token)).Allowed);
        }

        public async ValueTask DisposeAsync()
        {
            await one.DisposeAsync();
            await other.DisposeAsync();
            await home.DisposeAsync();
        }
    }

    private static int Warnings(RecordedLogs logs) => logs.Lines.Count(line => line.Id.Id == 1114);

    [Fact]
    public async Task Behind_a_pooler_in_transaction_mode_each_read_asks_the_database_and_the_log_says_why_once()
    {
        var home = await PostgresHome.CreateAsync();
        await using var bouncer = await PgBouncer.StartAsync(home.Database.Cluster);
        await using var pair = await Pair.OpenAsync(database => bouncer.Url(database.Name, isSaid: true), home);

        for (var n = 1; n <= 20; n++)
        {
            await pair.AssertSeesChangesAsync($"{n}");
            Assert.False(pair.One.HearsChanges);
        }
        await Task.Delay(TimeSpan.FromSeconds(4), Token);
        await pair.AssertSeesChangesAsync("99");

        Assert.Equal(1, Warnings(pair.Logs));
        Assert.Contains(pair.Logs.Lines, line => line.Id.Id == 1114 && line.Message.Contains("transaction mode", StringComparison.Ordinal));
        Assert.Equal(StoreConcern.ChangesNotHeard, Assert.Single(pair.One.Concerns).Code);
        // The instance itself writes through the pooler, and reads what it wrote.
        await pair.One.Users.SaveAsync(7, "n", days: null, cancellationToken: Token);
        Assert.True((await pair.One.Users.CheckAccessAsync(7, Token)).Allowed);
        await pair.One.Users.DeleteAsync(7, cancellationToken: Token);
        Assert.False((await pair.One.Users.CheckAccessAsync(7, Token)).Allowed);
    }

    [Fact]
    public async Task A_pooler_that_the_url_does_not_name_is_named_with_the_remedy()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var bouncer = await PgBouncer.StartAsync(home.Database.Cluster);
        var options = home.CreateOptions();
        options.Database = bouncer.Url(home.Database.Name, isSaid: false);

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(() => NexusDb.OpenAsync(options, cancellationToken: Token));

        Assert.Contains("PgBouncer", error.Message, StringComparison.Ordinal);
        Assert.Contains("pgbouncer=true", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pooler_that_drops_the_settings_is_noticed()
    {
        await using var home = await PostgresHome.CreateAsync();
        await home.Database.ExecuteAsync($"ALTER DATABASE {home.Database.Name} SET synchronous_commit = off");
        await using var bouncer = await PgBouncer.StartAsync(home.Database.Cluster, "transaction",
            "ignore_startup_parameters = options, search_path");
        var options = home.CreateOptions();
        options.Database = bouncer.Url(home.Database.Name, isSaid: false);

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(() => NexusDb.OpenAsync(options, cancellationToken: Token));

        Assert.Contains("pgbouncer=true", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pooler_in_session_mode_proves_itself()
    {
        var home = await PostgresHome.CreateAsync();
        await using var bouncer = await PgBouncer.StartAsync(home.Database.Cluster, "session");
        await using var pair = await Pair.OpenAsync(database => bouncer.Url(database.Name, isSaid: true), home);

        await Eventually.TrueAsync(() => pair.One.HearsChanges);
        Assert.Empty(pair.One.Concerns);
    }

    [Fact]
    public async Task A_listening_process_that_is_frozen_is_noticed_within_the_bound()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var pair = await Pair.OpenAsync(home: await PostgresHome.CreateEmptyAsync(cluster));
        Assert.True(pair.One.HearsChanges);
        await pair.Other.Users.SaveAsync(1, "n", days: null, cancellationToken: Token);
        Assert.True((await pair.One.Users.CheckAccessAsync(1, Token)).Allowed);

        var frozen = await pair.Home.Database.QueryAsync<int>(Listeners);
        Assert.Equal(2, frozen.Count);
        foreach (var process in frozen) ChildProcess.Send(process, ChildProcess.SigStop);
        try
        {
            await pair.Other.Users.DeleteAsync(1, cancellationToken: Token);
            var removed = TimeProvider.System.GetTimestamp();
            await Eventually.TrueAsync(async () => !(await pair.One.Users.CheckAccessAsync(1, Token)).Allowed);
            // A machine that is five times slower still finds it long before a minute.
            Assert.True(TimeProvider.System.GetElapsedTime(removed) < TimeSpan.FromSeconds(15));
            // Another process listens instead, although the frozen one is still there. A notice from before may prove itself late, until it is
            // noticed.
            await Eventually.TrueAsync(() => Warnings(pair.Logs) > 0);
            await Eventually.TrueAsync(() => pair.One.HearsChanges && pair.One.Concerns.Count == 0);
            Assert.Equal(1, Warnings(pair.Logs));
            await pair.AssertHearsChangesAsync("2");
        }
        finally
        {
            foreach (var process in frozen) ChildProcess.Send(process, ChildProcess.SigCont);
        }
    }

    [Fact]
    public async Task A_network_that_swallows_everything_is_noticed_and_found_again()
    {
        TcpProxy? proxy = null;
        await using var pair = await Pair.OpenAsync(database =>
        {
            proxy = new TcpProxy(database.Cluster.Host, database.Cluster.Port);
            return database.Cluster.Url(database.Name, port: proxy.Port);
        });
        await using var _ = proxy!;
        await pair.Other.Users.SaveAsync(1, "n", days: null, cancellationToken: Token);
        Assert.True((await pair.One.Users.CheckAccessAsync(1, Token)).Allowed);

        proxy!.Judge = (_, _) => Verdict.Drop;
        await pair.Other.Users.DeleteAsync(1, cancellationToken: Token);
        await Eventually.TrueAsync(() => !pair.One.HearsChanges);
        proxy.Judge = null;
        proxy.CutAll();

        await Eventually.TrueAsync(() => pair.One.HearsChanges);
        Assert.False((await pair.One.Users.CheckAccessAsync(1, Token)).Allowed);
        Assert.Equal(1, Warnings(pair.Logs));
    }

    [Fact]
    public async Task A_way_back_that_swallows_notices_alone_is_noticed()
    {
        TcpProxy? proxy = null;
        await using var pair = await Pair.OpenAsync(database =>
        {
            proxy = new TcpProxy(database.Cluster.Host, database.Cluster.Port);
            return database.Cluster.Url(database.Name, port: proxy.Port);
        });
        await using var _ = proxy!;
        await pair.Other.Users.SaveAsync(1, "n", days: null, cancellationToken: Token);
        Assert.True((await pair.One.Users.CheckAccessAsync(1, Token)).Allowed);

        proxy!.Judge = (way, bytes) => way == Way.ToClient && bytes.Span.IndexOf("nexus_changes"u8) >= 0 ? Verdict.Drop : Verdict.Pass;
        await pair.Other.Users.DeleteAsync(1, cancellationToken: Token);
        await Eventually.TrueAsync(() => !pair.One.HearsChanges);

        Assert.False((await pair.One.Users.CheckAccessAsync(1, Token)).Allowed);
        Assert.True(proxy.Connections < 60);
    }

    [Fact]
    public async Task Two_instances_that_write_through_outages_say_so()
    {
        await using var home = await PostgresHome.CreateAsync();
        using var folders = new TempFolder("peers");
        var logs = new RecordedLogs();
        NexusOptions Options(string folder)
        {
            var options = home.CreateOptions();
            (options.Fallback, options.DataFolder) = (FallbackMode.ReadWrite, folders[folder]);
            return options;
        }
        await using var one = await NexusDb.OpenAsync(Options("one"), logs, cancellationToken: Token);
        Assert.Empty(one.Concerns);
        await using (var other = await NexusDb.OpenAsync(Options("other"), cancellationToken: Token))
        {
            await Eventually.TrueAsync(() => one.Concerns.Any(concern => concern.Code == StoreConcern.AnotherReadWriteInstance));
            await Eventually.TrueAsync(() => other.Concerns.Any(concern => concern.Code == StoreConcern.AnotherReadWriteInstance));
            await Eventually.TrueAsync(() => logs.Lines.Any(line => line.Id.Id == 1121
                && line.Message.Contains("read-write", StringComparison.Ordinal)));
        }
        await Eventually.TrueAsync(() => one.Concerns.Count == 0);
    }
}
