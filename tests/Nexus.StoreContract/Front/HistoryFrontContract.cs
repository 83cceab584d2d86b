using Nexus.BotState;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.History;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Users;

namespace Nexus.StoreContract.Front;

/// <summary>Who changed what, and when: one entry for each change that committed, and none for any other.</summary>
public abstract class HistoryFrontContract : FrontContract
{
    private static readonly ChangeAuthor Ada = new("a1", "Ada", ChangeOrigin.Dashboard);
    private static readonly ChangeAuthor Bot = new("b1", "the bot", ChangeOrigin.Api);

    [Fact]
    public async Task Each_change_of_a_session_has_one_entry_with_its_fields()
    {
        WriteReceipt saved, patched;
        DeleteReceipt deleted;
        using (NexusHistory.By(Ada))
        {
            saved = await Db.Sessions.SaveAsync(Session(1, """{"mode":"PILOT","risk":{"max":2,"pairs":["A","B"]},"token":"hunter2hunter2"}"""),
                cancellationToken: Token);
            patched = await Db.Sessions.PatchConfigAsync(
                1, StateJson.Parse("""{"mode":null,"risk":{"max":3,"pairs":["A"]},"new":true}"""), cancellationToken: Token);
            deleted = await Db.Sessions.DeleteAsync(1, cancellationToken: Token);
        }

        var entries = await ListAsync(new HistoryFilter(Table: "sessions", Key: "1"));
        Assert.Equal([HistoryAction.Removed, HistoryAction.Changed, HistoryAction.Created], entries.Select(entry => entry.Action));
        Assert.All(entries, entry => Assert.Equal((Ada, "sessions", "1"), (entry.Author, entry.Table, entry.Key)));
        Assert.Equal((saved.At, 1L), (entries[2].At, entries[2].Version));
        Assert.Equal((patched.At, 2L), (entries[1].At, entries[1].Version));
        Assert.Equal((deleted.At, 2L), (entries[0].At, entries[0].Version));
        Assert.Equal(
            [
                new HistoryField("/apiKey", null, null, SecretChange.Set), new HistoryField("/apiSecret", null, null, SecretChange.Set),
                new HistoryField("/config/mode", null, "PILOT"), new HistoryField("/config/risk/max", null, "2"),
                new HistoryField("/config/risk/pairs/0", null, "A"), new HistoryField("/config/risk/pairs/1", null, "B"),
                new HistoryField("/config/token", null, null, SecretChange.Set),
            ],
            entries[2].Fields.OrderBy(field => field.Field, StringComparer.Ordinal));
        Assert.Equal(
            [
                new HistoryField("/config/mode", "PILOT", null), new HistoryField("/config/new", null, "true"),
                new HistoryField("/config/risk/max", "2", "3"), new HistoryField("/config/risk/pairs/1", "B", null),
            ],
            entries[1].Fields.OrderBy(field => field.Field, StringComparer.Ordinal));
        Assert.Contains(new HistoryField("/apiKey", null, null, SecretChange.Removed), entries[0].Fields);
        Assert.Contains(new HistoryField("/config/risk/max", "3", null), entries[0].Fields);
    }

    [Fact]
    public async Task A_secret_that_is_saved_again_is_not_a_change_and_another_one_is()
    {
        using var by = NexusHistory.By(Ada);
        await Db.Sessions.SaveAsync(Session(1, """{"token":"hunter2hunter2"}""", "one"), cancellationToken: Token);
        await Db.Sessions.SaveAsync(Session(1, """{"token":"hunter2hunter2"}""", "one"), cancellationToken: Token);
        await Db.Sessions.SaveAsync(Session(1, """{"token":"hunter3hunter3"}""", "two", null), cancellationToken: Token);

        var entries = await ListAsync();
        Assert.Empty(entries[1].Fields);
        Assert.Equal(
            [
                new HistoryField("/apiKey", null, null, SecretChange.Changed), new HistoryField("/apiSecret", null, null, SecretChange.Removed),
                new HistoryField("/config/token", null, null, SecretChange.Changed),
            ],
            entries[0].Fields.OrderBy(field => field.Field, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Subscribers_the_bot_state_and_settings_have_their_history()
    {
        using (NexusHistory.By(Ada))
        {
            await Db.Users.SaveAsync(7, "Grace", 30, cancellationToken: Token);
            await Db.Users.ExtendAsync(7, 5, Token);
            await Db.BotState.SetStrategyAsync("TREND", enabled: true, cancellationToken: Token);
            await Db.BotState.SetStrategyAsync("TREND", enabled: false, cancellationToken: Token);
            await Db.SystemConfig.SaveAsync("limits", StateJson.Parse("""{"max":1}"""), cancellationToken: Token);
            await Db.SystemConfig.DeleteAsync("limits", cancellationToken: Token);
        }

        var users = await ListAsync(new HistoryFilter("users", "7"));
        Assert.Equal([HistoryAction.Changed, HistoryAction.Created], users.Select(entry => entry.Action));
        Assert.Equal("/expiresAt", Assert.Single(users[0].Fields).Field);
        Assert.Contains(new HistoryField("/name", null, "Grace"), users[1].Fields);
        var state = await ListAsync(new HistoryFilter("bot_state"));
        Assert.Equal([new HistoryField("/enabledStrategies/TREND", "true", "false")], state[0].Fields);
        var settings = await ListAsync(new HistoryFilter("system_config", "limits"));
        Assert.Equal([new HistoryField("/value/max", "1", null)], settings[0].Fields);
        Assert.Equal([new HistoryField("/value/max", null, "1")], settings[1].Fields);
    }

    [Fact]
    public async Task What_does_not_commit_has_no_entry()
    {
        await Db.Sessions.SaveAsync(Session(1), cancellationToken: Token);
        using var by = NexusHistory.By(Ada);
        await Assert.ThrowsAsync<NexusConflictException>(() => Db.Sessions.SaveAsync(Session(1), expectedVersion: 9, cancellationToken: Token));
        await Assert.ThrowsAsync<NexusNotFoundException>(() => Db.Users.ExtendAsync(5, 1, Token));
        Assert.False((await Db.Sessions.DeleteAsync(2, cancellationToken: Token)).Existed);

        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task Changes_without_an_author_and_a_bots_own_saves_have_none()
    {
        await Db.Sessions.SaveAsync(Session(1), cancellationToken: Token);
        using (NexusHistory.By(Bot))
        {
            await Db.Sessions.SaveAsync(Session(1), cancellationToken: Token);
            await Db.Users.SaveAsync(7, "Grace", 30, cancellationToken: Token);
        }
        await Db.Sessions.SaveAsync(Session(1), cancellationToken: Token);
        Assert.Equal("users", Assert.Single(await ListAsync()).Table);

        await ReopenAsync(options => options.History = HistoryMode.All);
        using (NexusHistory.By(Bot)) await Db.Sessions.SaveAsync(Session(1), cancellationToken: Token);
        Assert.Equal(("sessions", Bot), (await ListAsync())[0] is var newest ? (newest.Table, newest.Author) : default);

        await ReopenAsync(options => options.History = HistoryMode.Off);
        using (NexusHistory.By(Ada)) await Db.Sessions.SaveAsync(Session(1), cancellationToken: Token);
        Assert.Equal(2, (await ListAsync()).Count);
    }

    [Fact]
    public async Task Every_acknowledged_change_among_many_writers_has_its_entry_and_the_values_follow_each_other()
    {
        await Task.WhenAll(Enumerable.Range(1, 8).Select(async writer =>
        {
            // Half of them write without an author between the others.
            using var by = writer % 2 == 0 ? NexusHistory.By(new ChangeAuthor($"w{writer}", "writer")) : null;
            for (var n = 0; n < 20; n++)
            {
                if (n % 4 == 0) await Db.Sessions.SaveAsync(Session(n % 3, $$"""{"n":"{{writer}}-{{n}}"}"""), cancellationToken: Token);
                else await Db.Sessions.SaveBatchAsync(
                    [.. Enumerable.Range(0, 3).Select(chat => Session(chat, $$"""{"n":"{{writer}}-{{n}}"}"""))], Token);
            }
        }));

        var entries = await ListAsync();
        for (var writer = 2; writer <= 8; writer += 2)
        {
            // 5 saves, and 15 batches of three sessions.
            Assert.Equal(50, entries.Count(entry => entry.Author.Id == $"w{writer}"));
        }
        // Where one entry follows another by version, its value before is the one after the other.
        foreach (var record in entries.GroupBy(entry => entry.Key))
        {
            var ordered = record.OrderBy(entry => entry.Version).ToList();
            Assert.Equal(ordered.Select(entry => entry.Version).Distinct(), ordered.Select(entry => entry.Version));
            foreach (var (older, newer) in ordered.Zip(ordered.Skip(1)).Where(pair => pair.Second.Version == pair.First.Version + 1))
                Assert.Equal(NOf(older).To, NOf(newer).From);
        }
    }

    [Fact]
    public async Task Entries_are_read_in_pages_by_record_author_and_time_and_forgotten_and_pruned()
    {
        for (var n = 1; n <= 12; n++)
        {
            using (NexusHistory.By(new ChangeAuthor($"a{n % 2}", "someone")))
            {
                await Db.Sessions.SaveAsync(Session(n % 3), cancellationToken: Token);
                await Db.Users.SaveAsync(n % 3, "Grace", n, cancellationToken: Token);
            }
        }
        var all = await ListAsync();
        Assert.Equal(24, all.Count);
        Assert.Equal(all.OrderByDescending(entry => entry.At).Select(entry => entry.At), all.Select(entry => entry.At));

        List<HistoryEntry> paged = [];
        for (HistoryEntry? last = null; ;)
        {
            var page = await ToListAsync(Db.History.ListAsync(after: last, limit: 5, cancellationToken: Token));
            paged.AddRange(page);
            if (page.Count < 5) break;
            last = page[^1];
        }
        Assert.Equal(all.Select(entry => entry.Id), paged.Select(entry => entry.Id));
        Assert.Equal(12, (await ListAsync(new HistoryFilter(AuthorId: "a1"))).Count);
        Assert.Equal(6, (await ListAsync(new HistoryFilter("sessions", AuthorId: "a1"))).Count);
        Assert.Equal(2, (await ListAsync(new HistoryFilter("sessions", "1", "a1"))).Count);
        Assert.Equal(4, (await ListAsync(new HistoryFilter("users", "1"))).Count);
        Assert.Equal(10, (await ListAsync(new HistoryFilter(Before: all[13].At))).Count);
        Assert.Equal(14, (await ListAsync(new HistoryFilter(From: all[13].At))).Count);
        await Assert.ThrowsAsync<NexusValidationException>(() => ListAsync(new HistoryFilter(Key: "1")));

        Assert.Equal(8, await Db.History.ForgetAsync(1, isDryRun: true, Token));
        Assert.Equal(8, await Db.History.ForgetAsync(1, cancellationToken: Token));
        Assert.Equal(0, await Db.History.ForgetAsync(1, isDryRun: true, Token));
        Assert.Empty(await ListAsync(new HistoryFilter("users", "1")));
        Assert.Equal(16, (await ListAsync()).Count);

        Assert.Equal(6, await Db.History.PruneAsync(DateTimeOffset.UnixEpoch, keep: 10, Token));
        Assert.Equal(all.Where(entry => entry.Key != "1").Take(10).Select(entry => entry.Id), (await ListAsync()).Select(entry => entry.Id));
        var bound = (await ListAsync())[4].At;
        Assert.Equal(5, await Db.History.PruneAsync(bound, keep: 100, Token));
        Assert.Equal(5, (await ListAsync()).Count);
    }

    [Fact]
    public async Task Entries_are_bounded()
    {
        using var by = NexusHistory.By(Ada);
        var long1 = new string('ñ', 5000);
        await Db.Sessions.SaveAsync(
            Session(1, $$"""{{{string.Join(',', Enumerable.Range(0, 300).Select(n => $"\"n{n}\":\"{long1[..300]}\""))}},"{{long1[..3000]}}":1}"""),
            cancellationToken: Token);

        var entry = Assert.Single(await ListAsync());
        Assert.Equal(100, entry.Fields.Count);
        // Both secrets and the members beyond the limit.
        Assert.Equal(203, entry.OmittedFields);
        Assert.All(entry.Fields, field => Assert.True(field.Field.Length <= 200 && (field.To?.Length ?? 0) <= 200));
        Assert.EndsWith("…", entry.Fields[^1].To, StringComparison.Ordinal);
    }

    private static HistoryField NOf(HistoryEntry entry) => entry.Fields.Single(field => field.Field == "/config/n");

    private Task<List<HistoryEntry>> ListAsync(HistoryFilter? filter = null) =>
        ToListAsync(Db.History.ListAsync(filter, cancellationToken: Token));
}
