using Nexus.Errors;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Postgres.Tests.Store;

/// <summary>
/// The other end stops reading: nothing is closed, and what is larger than the buffers on the way is not taken. Every call ends within what its
/// statement, its cancellation and the search for its outcome may take, also where the statement itself is what nobody reads.
/// </summary>
public sealed class DeadRouteTests
{
    private const int Records = 300;

    /// <summary>Beyond what the buffers of two sockets and a proxy take: the kernel lets them grow to a few megabytes each.</summary>
    private const int RecordBytes = 150_000;

    private static readonly string Filler = $$"""{"text":"{{new string('x', RecordBytes)}}"}""";

    private static readonly Dictionary<string, Func<StoreFixture, Task>> Calls = new()
    {
        ["a batch of sessions"] = fixture => fixture.ApplyAllAsync(Sessions()),
        ["sessions that are saved all or none"] = fixture => fixture.ApplyAtomicAsync(Sessions()),
        ["patches"] = fixture => fixture.ApplyAllAsync([.. Enumerable.Range(0, Records).Select(n => Make.Patch($"{n}", Filler))]),
        ["trades"] = fixture => fixture.ApplyAllAsync(
            [.. Enumerable.Range(0, Records).Select(n => new OpenTrade(Make.Trade("1", Make.Noon.AddSeconds(n))
                with { Metadata = Make.Utf8(Filler) }))]),
        ["settings"] = fixture => fixture.ApplyAllAsync([.. Enumerable.Range(0, Records).Select(n => Make.Config($"k{n}", Filler))]),
        ["a read of many keys"] = fixture =>
            fixture.Store.GetSessionsAsync([.. Enumerable.Range(0, 1_500_000).Select(n => $"{n:00000000000000000000000000}")], StoreFixture.Token),
        ["a read of many users"] = fixture =>
            fixture.Store.GetUsersAsync([.. Enumerable.Range(0, 1_500_000).Select(n => $"{n:00000000000000000000000000}")], StoreFixture.Token),
        ["a list"] = async fixture =>
        {
            await foreach (var _ in fixture.Store.ListUsersAsync(null, limit: null, StoreFixture.Token)) continue;
        },
        ["a save"] = fixture => fixture.ApplyAsync(Make.Session("1", Filler)),
        ["the time"] = fixture => fixture.Store.GetTimeAsync(StoreFixture.Token),
        ["the status"] = fixture => fixture.Store.GetStatusAsync(StoreFixture.Token),
    };

    public static TheoryData<string> All => [.. Calls.Keys];

    /// <summary>Those that are larger than any buffer on the way.</summary>
    public static TheoryData<string> Large => [.. Calls.Keys.Take(Calls.Count - 4)];

    [Theory]
    [MemberData(nameof(All))]
    public Task A_call_that_nobody_reads_ends(string call) => EndsAsync(call, taken: 0);

    [Theory]
    [MemberData(nameof(Large))]
    public Task A_call_of_which_only_the_beginning_is_read_ends(string call) => EndsAsync(call, taken: 1_000_000);

    /// <summary>
    /// The driver ends TLS by a write, without a limit of time, on the connection that takes none. Some calls at once, because each waits for its
    /// limits.
    /// </summary>
    [Fact]
    public async Task Over_TLS_a_call_whose_server_vanishes_ends_as_well()
    {
        await using var cluster = await StartTlsAsync();
        string[] small = ["the time", "a save", "a list"];
        string[] large = ["a batch of sessions", "sessions that are saved all or none", "trades", "a read of many keys"];
        await Task.WhenAll([.. small.Select(call => EndsAsync(call, taken: 0, cluster)),
            .. large.Select(call => EndsAsync(call, taken: 1_000_000, cluster))]);
    }

    [Fact]
    public async Task A_store_is_closed_while_calls_wait_for_a_server_that_has_vanished()
    {
        await using var cluster = await StartTlsAsync();
        await Task.WhenAll(
            ClosesAsync("a batch of sessions", cluster: null), ClosesAsync("a batch of sessions", cluster), ClosesAsync("trades", cluster));
    }

    private static Task<PostgresCluster> StartTlsAsync() =>
        PostgresCluster.StartAsync(new PostgresClusterOptions { Tls = true, RequireTls = true, Password = "dead" });

    private static async Task EndsAsync(string call, long taken, PostgresCluster? cluster = null)
    {
        await using var route = await Route.OpenAsync(cluster);
        var calling = route.Stop(Calls[call], taken);
        // The sum of all limits is some ten seconds. A call that hangs would hang until the route is back.
        var error = await Record.ExceptionAsync(() => calling.WaitAsync(TimeSpan.FromSeconds(90), StoreFixture.Token));
        Assert.True(error is StoreUnavailableException or UnknownOutcomeException, $"{call}: {error}");

        // The connections of that time are not handed out again.
        route.Release();
        Assert.True((await route.Fixture.ApplyAsync(Make.Session("1"))).IsApplied);
        Assert.Equal(0, route.Fixture.Store.PoolUse.Waiting);
    }

    private static async Task ClosesAsync(string call, PostgresCluster? cluster)
    {
        await using var route = await Route.OpenAsync(cluster);
        var calling = route.Stop(Calls[call], taken: 1_000_000);
        await route.Stopped.WaitAsync(StoreFixture.Token);
        await route.Fixture.Store.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(90), StoreFixture.Token);
        var error = await Record.ExceptionAsync(() => calling.WaitAsync(TimeSpan.FromSeconds(90), StoreFixture.Token));
        Assert.True(error is StoreUnavailableException or UnknownOutcomeException, $"{call}: {error}");
    }

    private static SaveSession[] Sessions() => [.. Enumerable.Range(0, Records).Select(n => Make.Session($"{n}", Filler))];

    /// <summary>A store, and the route to its server.</summary>
    private sealed class Route(StoreFixture fixture, TcpProxy network) : IAsyncDisposable
    {
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public StoreFixture Fixture => fixture;

        /// <summary>Ends when nothing passes any more.</summary>
        public Task Stopped => _stopped.Task;

        public static async Task<Route> OpenAsync(PostgresCluster? cluster)
        {
            TcpProxy? proxy = null;
            var fixture = await StoreFixture.CreateAsync(cluster, (options, database) =>
            {
                proxy = new TcpProxy(database.Cluster.Host, database.Cluster.Port);
                options.Database = database.Cluster.Url(database.Name, port: proxy.Port);
                (options.CommandTimeout, options.ConnectTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
            });
            await fixture.ApplyAsync(Make.Session("1"));
            return new Route(fixture, proxy!);
        }

        /// <summary>Makes a call of which so many bytes are taken, and then none.</summary>
        public Task Stop(Func<StoreFixture, Task> call, long taken)
        {
            var start = network.BytesToServer;
            if (taken == 0) Hold();
            else
            {
                network.Judge = (way, _) =>
                {
                    if (way == Way.ToServer && network.BytesToServer - start > taken) Hold();
                    return Verdict.Pass;
                };
            }
            return call(fixture);
        }

        public void Release()
        {
            network.Judge = null;
            network.Release();
        }

        public async ValueTask DisposeAsync()
        {
            // What is on the way is not needed any more.
            network.CutAll();
            Release();
            await fixture.DisposeAsync();
            await network.DisposeAsync();
        }

        private void Hold()
        {
            network.Hold();
            _stopped.TrySetResult();
        }
    }
}
