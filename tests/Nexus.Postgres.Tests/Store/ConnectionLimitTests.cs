using Nexus.Chats;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>The pool fits what the server gives.</summary>
public class ConnectionLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A role of one test that owns its database.</summary>
    private static async Task<(PostgresHome Home, string Role)> CreateAsync(int limit)
    {
        var home = await PostgresHome.CreateEmptyAsync();
        var role = $"role_{Guid.NewGuid():n}";
        await home.Database.ExecuteAsync($"CREATE ROLE {role} LOGIN CONNECTION LIMIT {limit}");
        await home.Database.ExecuteAsync($"ALTER DATABASE {home.Database.Name} OWNER TO {role}");
        return (home, role);
    }

    private static NexusOptions Options(PostgresHome home, string role, FallbackMode mode = FallbackMode.Off, string folder = "data")
    {
        var options = home.CreateOptions();
        (options.Database, options.MinPoolSize, options.MaxPoolSize) = (home.Database.Cluster.Url(home.Database.Name, user: role), 5, 20);
        (options.Fallback, options.DataFolder) = (mode, folder);
        return options;
    }

    private static async Task WorkAsync(NexusDb db, int callers = 60)
    {
        await Task.WhenAll(Enumerable.Range(0, callers).Select(async n =>
        {
            for (var i = 0; i < 5; i++)
            {
                var receipt = await db.Users.SaveAsync(ChatId.Parse($"{n}"), $"{i}", days: null, cancellationToken: Token);
                Assert.False(receipt.IsSpooled);
                await db.Trades.GetPerformanceAsync(cancellationToken: Token);
                await foreach (var _ in db.Users.ListAsync(cancellationToken: Token)) continue;
            }
        }));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(10)]
    [InlineData(9)]
    [InlineData(7)]
    [InlineData(5)]
    [InlineData(3)]
    public async Task A_role_with_a_limit_is_served_within_it(int limit)
    {
        var (home, role) = await CreateAsync(limit);
        await using var end = home;
        using var folder = new TempFolder("limit");
        var logs = new RecordedLogs();
        await using (var db = await NexusDb.OpenAsync(Options(home, role, FallbackMode.ReadWrite, folder["data"]), logs, cancellationToken: Token))
        {
            await WorkAsync(db);

            // From eight on one is left for the monitoring of the server.
            Assert.InRange(
                await home.Database.ScalarAsync<long>($"SELECT count(*) FROM pg_stat_activity WHERE usename = '{role}'"), 1,
                limit < 8 ? limit : limit - 1);
            Assert.False(db.Fallback!.IsLocal);
            Assert.Equal(limit, (await db.GetStatusAsync(Token)).PoolMax);
        }
        Assert.Equal(limit < 20 ? 1 : 0, logs.Lines.Count(line => line.Id.Id == 1119));
        Assert.DoesNotContain(logs.Lines, line => line.Id.Id == 1600);
    }

    /// <summary>The minimum of the pool is opened at once: what the server does not give must not be waited for.</summary>
    [Theory]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(9)]
    public async Task A_start_beside_other_programs_of_the_role_takes_what_they_leave(int taken)
    {
        var (home, role) = await CreateAsync(12);
        await using var end = home;
        await using (await NexusDb.OpenAsync(Options(home, role), cancellationToken: Token)) { }
        await using var others = PostgresDataSource.Create(
            new NexusOptions { Database = home.Database.Cluster.Url(home.Database.Name, user: role), MinPoolSize = 0 }.ForPostgres());
        var held = await Task.WhenAll(Enumerable.Range(0, taken).Select(_ => others.OpenConnectionAsync(Token).AsTask()));

        await using (var db = await NexusDb.OpenAsync(Options(home, role), cancellationToken: Token))
        {
            await db.Users.SaveAsync(1, "n", days: null, cancellationToken: Token);
            Assert.True((await db.Users.CheckAccessAsync(1, Token)).Allowed);
        }
        foreach (var connection in held) await connection.DisposeAsync();
    }

    /// <summary>What the first instance keeps at rest must leave the second its listener, its heartbeat and a connection to work with.</summary>
    [Theory]
    [InlineData(20, false)]
    [InlineData(10, false)]
    [InlineData(10, true)]
    [InlineData(8, false)]
    [InlineData(6, false)]
    public async Task Two_instances_share_a_limit(int limit, bool isOfDatabase)
    {
        var (home, role) = await CreateAsync(isOfDatabase ? -1 : limit);
        await using var end = home;
        if (isOfDatabase) await home.Database.ExecuteAsync($"ALTER DATABASE {home.Database.Name} CONNECTION LIMIT {limit}");
        var logs = new RecordedLogs();
        await using var first = await NexusDb.OpenAsync(Options(home, role), logs, cancellationToken: Token);
        // Afterwards the first has all, and gives back what it does not use.
        await WorkAsync(first, 20);

        await using var second = await NexusDb.OpenAsync(Options(home, role), logs, cancellationToken: Token);
        await Eventually.TrueAsync(() => first.Concerns.Count == 0 && second.Concerns.Count == 0);
        await Task.WhenAll(WorkAsync(first, 20), WorkAsync(second, 20));

        await Eventually.TrueAsync(() => first.Concerns.Count == 0 && second.Concerns.Count == 0);
        // One for each instance, or none where the limit is the pool's own. A busy machine may cause other warnings.
        Assert.InRange(logs.Lines.Count(line => line.Id.Id == 1119), 0, 2);
        await first.Users.SaveAsync(1, "first", days: null, cancellationToken: Token);
        await Eventually.TrueAsync(async () => (await second.Users.GetAsync(1, Token))?.Name == "first");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1)]
    public async Task Too_few_connections_are_refused_with_the_remedy(int limit)
    {
        var (home, role) = await CreateAsync(limit);
        await using var end = home;

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(() => NexusDb.OpenAsync(Options(home, role), cancellationToken: Token));

        Assert.Contains($"allows {limit} connections; Nexus needs at least 3", error.Message, StringComparison.Ordinal);
        Assert.Contains("CONNECTION LIMIT 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Others_who_take_the_connections_are_no_outage()
    {
        var (home, role) = await CreateAsync(20);
        await using var end = home;
        using var folder = new TempFolder("limit");
        var logs = new RecordedLogs();
        await using var db = await NexusDb.OpenAsync(Options(home, role, FallbackMode.ReadWrite, folder["data"]), logs, cancellationToken: Token);
        await db.Users.SaveAsync(1, "n", days: null, cancellationToken: Token);
        // From now on no new connection is given; five of the pool's and the two beside it exist.
        await home.Database.ExecuteAsync($"ALTER ROLE {role} CONNECTION LIMIT 6");

        await WorkAsync(db);

        Assert.False(db.Fallback!.IsLocal);
        Assert.DoesNotContain(logs.Lines, line => line.Id.Id == 1600);
        Assert.Equal(1, logs.Lines.Count(line => line.Id.Id == 1118));
    }

    [Fact]
    public void The_smallest_limit_counts_and_none_is_none()
    {
        Assert.Equal(7, ConnectionLimits.Smallest(7, 9, 100).Allowed);
        Assert.Equal(9, ConnectionLimits.Smallest(-1, 9, 100).Allowed);
        Assert.Equal(97, ConnectionLimits.Smallest(-1, -1, 97).Allowed);
    }
}
