using Nexus.Engine;
using Nexus.Errors;
using Nexus.StoreContract;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>The outbox takes writes up to its size limit, and refuses further ones clearly.</summary>
public sealed class OutboxLimitTests
{
    private const long Limit = 1024 * 1024;

    [Fact]
    public async Task Writes_above_the_limit_are_refused_and_those_below_it_are_kept()
    {
        await using var fallback = await FallbackFixture.CreateAsync(options => options.OutboxBytes = Limit);
        await fallback.GoAwayAsync();
        // From here on the outage is known, so no write may have been committed.
        await fallback.SpoolAsync(Make.Session("first"));
        var config = $$"""{"text":"{{new string('x', 100_000)}}"}""";

        // At once: together they must not exceed it either.
        var attempts = await Task.WhenAll(Enumerable.Range(0, 30).Select(async n =>
        {
            try
            {
                return (await fallback.Store.ApplyAsync([Make.Session($"{n}", config)], atomic: false, FallbackFixture.Token))[0].IsSpooled;
            }
            catch (StoreUnavailableException refused) when (refused.Reason == StoreUnavailableReason.OutboxFull)
            {
                Assert.Contains("NexusOptions.OutboxBytes", refused.Message, StringComparison.Ordinal);
                return false;
            }
        }));

        var taken = attempts.Count(isTaken => isTaken);
        Assert.InRange(taken, 9, 10);
        var full = fallback.Store.Status;
        Assert.Equal((taken + 1, Limit), (full.Pending, full.OutboxLimit));
        Assert.InRange(full.OutboxBytes, 900_000, Limit);
        // A small one may still have room.
        await fallback.SpoolAsync(Make.Session("small"));
        // The size is counted again at a start.
        var counted = fallback.Store.Status.OutboxBytes;
        await fallback.ReopenAsync(options => options.OutboxBytes = Limit);
        Assert.Equal(counted, fallback.Store.Status.OutboxBytes);

        await fallback.ComeBackAsync();
        Assert.Equal(0, fallback.Store.Status.OutboxBytes);
        for (var n = 0; n < attempts.Length; n++) Assert.Equal(attempts[n], await fallback.StoredSessionAsync($"{n}") is not null);
    }

    [Fact]
    public async Task A_write_in_doubt_that_finds_no_room_is_not_reported_as_not_written()
    {
        await using var fallback = await FallbackFixture.CreateAsync(options =>
            (options.OutboxBytes, options.FallbackAfter) = (Limit, TimeSpan.FromMilliseconds(500)));
        await fallback.ApplyAsync(Make.Session("1", """{"n":1}"""));
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        fallback.Home.Network.Hold();

        var large = Enumerable.Range(0, 6).Select(n => (Write)Make.Session($"{n}", $$"""{"text":"{{new string('x', 200_000)}}"}""")).ToArray();
        Exception? error = await Record.ExceptionAsync(() => fallback.Store.ApplyAsync(large, atomic: true, FallbackFixture.Token));
        Assert.IsType<UnknownOutcomeException>(error);
        fallback.Home.Network.Release();
        await fallback.WhenServedAsync();
    }
}
