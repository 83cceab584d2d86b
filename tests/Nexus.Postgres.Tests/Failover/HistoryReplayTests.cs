using Nexus.Engine;
using Nexus.Errors;
using Nexus.History;
using Nexus.Secrets;
using Nexus.StoreContract;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>
/// Changes with an author during an outage get their entries when they are replayed, with the time at which they were acknowledged.
/// </summary>
public sealed class HistoryReplayTests
{
    private static readonly ChangeAuthor Ada = new("a1", "Ada", ChangeOrigin.Dashboard);

    [Fact]
    public async Task A_spooled_change_keeps_its_author_and_its_time()
    {
        await using var fallback = await CreateAsync();
        await fallback.ApplyAsync(Make.Session("1", """{"n":0}"""));
        await fallback.GoAwayAsync();
        var first = await fallback.SpoolAsync(Make.Patch("1", """{"n":1}""") with { Author = Ada });
        await fallback.SpoolAsync(Make.Patch("1", """{"n":2}"""));
        await fallback.SpoolAsync(Make.Patch("1", """{"n":3}"""));
        var last = await fallback.SpoolAsync(Make.Patch("1", """{"n":4}""") with { Author = new ChangeAuthor("g1", "Grace") });
        await Assert.ThrowsAsync<StoreUnavailableException>(() => ListAsync(fallback));

        // The outbox is read from the disk.
        await fallback.ReopenAsync();
        Describe(fallback);
        await fallback.ComeBackAsync();

        var entries = await ListAsync(fallback);
        Assert.Equal([last.At, first.At], entries.Select(entry => entry.At));
        Assert.Equal([5L, 2L], entries.Select(entry => entry.Version));
        Assert.Equal(["Grace", "Ada"], entries.Select(entry => entry.Author.Name));
        Assert.Equal(ChangeOrigin.Dashboard, entries[1].Author.Origin);
        Assert.Equal([new HistoryField("/config/n", "0", "1")], entries[1].Fields);
        Assert.Equal([new HistoryField("/config/n", "3", "4")], entries[0].Fields);
    }

    [Fact]
    public async Task A_spooled_change_that_loses_a_conflict_has_no_entry_and_one_that_wins_has_one()
    {
        await using var fallback = await CreateAsync();
        await fallback.ApplyAsync(Make.Session("1", """{"n":0}"""));
        await fallback.ApplyAsync(Make.Session("2", """{"n":0}"""));
        await fallback.GoAwayAsync();
        await fallback.SpoolAsync(Make.Session("1", """{"n":1}""") with { Author = Ada });
        await fallback.SpoolAsync(Make.Session("2", """{"n":1}""") with { Author = Ada });
        await fallback.ByOtherAsync(Make.Session("1", """{"n":9}"""));
        await fallback.ComeBackAsync();

        var entry = Assert.Single(await ListAsync(fallback));
        Assert.Equal("2", entry.Key);
    }

    [Fact]
    public async Task Two_instances_that_make_the_same_record_say_who_made_it()
    {
        await using var fallback = await CreateAsync();
        fallback.Other.History.Describer = fallback.Store.History.Describer;
        for (var n = 0; n < 40; n++)
        {
            var chat = $"{n}";
            await Task.WhenAll(
                fallback.ApplyAsync(Make.Session(chat, """{"by":"one"}""") with { Author = Ada }),
                fallback.ByOtherAsync(Make.Session(chat, """{"by":"other"}""")),
                fallback.ByOtherAsync(Make.Session(chat, """{"by":"third"}""") with { Author = new ChangeAuthor("g1", "Grace") }));
            var entries = await ToListAsync(fallback, new HistoryFilter("sessions", chat));
            Assert.Equal(2, entries.Count);
            foreach (var entry in entries)
            {
                Assert.Equal(entry.Version == 1 ? HistoryAction.Created : HistoryAction.Changed, entry.Action);
                if (entry.Version > 1) Assert.NotNull(Assert.Single(entry.Fields, field => field.Field == "/config/by").From);
            }
        }
    }

    private static async Task<FallbackFixture> CreateAsync()
    {
        var fallback = await FallbackFixture.CreateAsync();
        Describe(fallback);
        return fallback;
    }

    private static readonly Sealer Keys = new(KeyRing.Parse(KeyRing.GenerateKey(), null));

    private static void Describe(FallbackFixture fallback) =>
        fallback.Store.History.Describer = new ChangeDescriber(new DocumentSealer(Keys));

    private static Task<IReadOnlyList<HistoryEntry>> ListAsync(FallbackFixture fallback) => ToListAsync(fallback, new HistoryFilter());

    private static Task<IReadOnlyList<HistoryEntry>> ToListAsync(FallbackFixture fallback, HistoryFilter filter) =>
        fallback.Store.History.ListAsync(new HistoryQuery(filter, After: null, Limit: 100), FallbackFixture.Token);
}
