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
            await foreach (var _ in fixture.Store.ListUsersAsync(null, StoreFixture.Token)) continue;
        },
        ["the time"] = fixture => fixture.Store.GetTimeAsync(StoreFixture.Token),
        ["the status"] = fixture => fixture.Store.GetStatusAsync(StoreFixture.Token),
    };

    public static TheoryData<string> All => [.. Calls.Keys];

    /// <summary>Those that are larger than any buffer on the way.</summary>
    public static TheoryData<string> Large => [.. Calls.Keys.Take(Calls.Count - 3)];

    [Theory]
    [MemberData(nameof(All))]
    public Task A_call_that_nobody_reads_ends(string call) => EndsAsync(call, taken: 0);

    [Theory]
    [MemberData(nameof(Large))]
    public Task A_call_of_which_only_the_beginning_is_read_ends(string call) => EndsAsync(call, taken: 1_000_000);

    private static async Task EndsAsync(string call, long taken)
    {
        TcpProxy? proxy = null;
        await using var fixture = await StoreFixture.CreateAsync((options, database) =>
        {
            proxy = new TcpProxy(database.Cluster.Host, database.Cluster.Port);
            options.Database = database.Cluster.Url(database.Name, port: proxy.Port);
            (options.CommandTimeout, options.ConnectTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        });
        await using var network = proxy!;
        await fixture.ApplyAsync(Make.Session("1"));

        var start = network.BytesToServer;
        if (taken == 0) network.Hold();
        else
        {
            network.Judge = (way, _) =>
            {
                if (way == Way.ToServer && network.BytesToServer - start > taken) network.Hold();
                return Verdict.Pass;
            };
        }
        var calling = Calls[call](fixture);
        // The sum of all limits is some ten seconds. A call that hangs would hang until the route is back.
        var error = await Record.ExceptionAsync(() => calling.WaitAsync(TimeSpan.FromSeconds(90), StoreFixture.Token));
        Assert.True(error is StoreUnavailableException or UnknownOutcomeException, $"{call}: {error}");

        // The connections of that time are not handed out again.
        network.Judge = null;
        network.Release();
        Assert.True((await fixture.ApplyAsync(Make.Session("1"))).IsApplied);
    }

    private static SaveSession[] Sessions() => [.. Enumerable.Range(0, Records).Select(n => Make.Session($"{n}", Filler))];
}
