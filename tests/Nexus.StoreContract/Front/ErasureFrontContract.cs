using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Tasks;
using Nexus.TestKit;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.StoreContract.Front;

/// <summary>Erasing a chat: nothing of it is left, its trades stay without a name, and others keep everything.</summary>
public abstract class ErasureFrontContract : FrontContract
{
    private const string Marker = "MARKER_OF_THE_CHAT";

    [Fact]
    public async Task Nothing_of_a_chat_is_left_but_its_trades_without_a_name()
    {
        ChatId chat = 123456789, other = 987654321;
        foreach (var one in new[] { chat, other }) await FillAsync(one);
        var before = await Db.Trades.GetPerformanceAsync(cancellationToken: Token);

        var preview = await Db.Subscriptions.ForgetAsync(chat, isPreview: true, Token);
        Assert.Equal((1, 1, 5, 3, 1), (preview.Sessions, preview.Users, preview.State, preview.Trades, preview.OpenTrades));
        Assert.NotNull(await Db.Sessions.GetAsync(chat, Token));

        var erased = await Db.Subscriptions.ForgetAsync(chat, cancellationToken: Token);
        Assert.Equal(preview with { Pseudonym = erased.Pseudonym }, erased);
        var pseudonym = Assert.NotNull(erased.Pseudonym);

        Assert.Null(await Db.Sessions.GetAsync(chat, Token));
        Assert.Null(await Db.Users.GetAsync(chat, Token));
        Assert.Equal(AccessRole.None, (await Db.Users.CheckAccessAsync(chat, Token)).Role);
        Assert.Empty(await ToListAsync(Db.Trades.ListAsync(new TradeFilter { ChatId = chat }, cancellationToken: Token)));
        var states = (await ToListAsync(Db.Store.ListKeyedStateAsync(new StateRange(), Token))).Select(row => row.Id).ToList();
        Assert.DoesNotContain(states, id => id.Contains(chat.Value, StringComparison.Ordinal) && !id.StartsWith("pages/", StringComparison.Ordinal));
        // A longer number that contains the id is another chat's.
        Assert.Contains("pages/1123456789", states);
        Assert.Equal((1, 1), (erased.Tasks, erased.Calibrations));
        Assert.Empty(await ToListAsync(Db.Store.ListTasksAsync(new TaskQuery(chat.Value), Token)));
        Assert.Empty(await ToListAsync(Db.Store.ListCalibrationsAsync(chat.Value, null, null, Token)));
        var trades = await ToListAsync(Db.Trades.ListAsync(new TradeFilter { ChatId = pseudonym }, cancellationToken: Token));
        Assert.Equal(3, trades.Count);
        Assert.All(trades, trade => Assert.Equal(("{}", null), (trade.Metadata.ToString(), trade.ExitReason)));
        var after = await Db.Trades.GetPerformanceAsync(cancellationToken: Token);
        Assert.Equal(before, after);

        var empty = await Db.Subscriptions.ForgetAsync(chat, cancellationToken: Token);
        Assert.True(empty is { IsEmpty: true, Pseudonym: null });
        var untouched = await Db.Subscriptions.ForgetAsync(other, isPreview: true, Token);
        Assert.Equal((1, 1, 5, 3, 1), (untouched.Sessions, untouched.Users, untouched.State, untouched.Trades, untouched.OpenTrades));
        await Db.DisposeAsync();
        await ReopenAsync();
        Assert.Null(await Db.Sessions.GetAsync(chat, Token));
    }

    [Fact]
    public async Task A_trade_is_disowned_once_and_only_the_one_that_is_meant()
    {
        var trade = (await Db.Trades.OpenAsync(Trade(1), Token)).Trade;
        var twin = (await Db.Trades.OpenAsync(Trade(2) with { Id = trade.Id, EntryTimestamp = trade.EntryTimestamp }, Token)).Trade;
        var write = new DisownTrade(trade.Id, "1", trade.EntryTimestamp, "9000");

        Assert.Equal(WriteStatus.Applied, Assert.Single(await Db.Store.ApplyAsync([write], atomic: false, Token)).Status);
        Assert.Equal(WriteStatus.NotFound, Assert.Single(await Db.Store.ApplyAsync([write], atomic: false, Token)).Status);
        var chats = (await ToListAsync(Db.Trades.ListAsync(new TradeFilter(), cancellationToken: Token))).Select(one => one.ChatId.Value);
        Assert.Equal(["2", "9000"], chats.Order(StringComparer.Ordinal));
        Assert.Equal(TradeStatus.Open, (await Db.Trades.GetAsync(twin.Id, 2, Token))!.Status);
    }

    [Fact]
    public async Task A_short_id_matches_only_the_first_part_of_a_key()
    {
        foreach (var key in new[] { "42", "42/step", "42:x", "7/42", "7:42:1", "421" })
            await Db.State.SaveAsync("n", key, StateJson.Parse("1"), cancellationToken: Token);

        Assert.Equal(3, (await Db.Subscriptions.ForgetAsync(42, cancellationToken: Token)).State);
        Assert.Equal(["421", "7/42", "7:42:1"], (await ToListAsync(Db.State.ListAsync("n", cancellationToken: Token))).Select(entry => entry.Key));
    }

    [Fact]
    public async Task Listeners_hear_of_every_erased_record()
    {
        await FillAsync(123456789);
        var heard = new HashSet<StateChange>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var watching = Task.Run(async () =>
        {
            await foreach (var changes in Db.WatchAsync(stop.Token)) lock (heard) heard.UnionWith(changes);
        }, Token);
        var probe = 0;
        await Eventually.TrueAsync(async () =>
        {
            await Db.State.SaveAsync("probe", $"{probe++}", StateJson.Parse("1"), cancellationToken: Token);
            lock (heard) return heard.Count > 0;
        });

        await Db.Subscriptions.ForgetAsync(123456789, cancellationToken: Token);

        StateChange[] expected =
        [
            new("sessions", "123456789"), new("users", "123456789"), new("keyed_state", "dialogs/123456789"), new("keyed_state", "fsm/1:123456789:5"),
        ];
        await Eventually.TrueAsync(() =>
        {
            lock (heard) return Task.FromResult(expected.All(heard.Contains) && heard.Count(change => change.Table == "trades") >= 3);
        });
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching);
    }

    private async Task FillAsync(ChatId chat)
    {
        await Db.Users.SaveAsync(chat, Marker, days: 30, cancellationToken: Token);
        await Db.Sessions.SaveAsync(Session(chat, $$"""{"mode":"PILOT","note":"{{Marker}}"}"""), cancellationToken: Token);
        foreach (var (space, key) in new[]
        {
            ("dialogs", $"{chat}"), ("dialogs", $"{chat}/step"), ("fsm", $"1:{chat}:5"), ("wizard", $"a|{chat}"), ("nexus.notices", $"{chat}/x/3"),
        })
            await Db.State.SaveAsync(space, key, StateJson.Parse($"\"{Marker}\""), cancellationToken: Token);
        await Db.State.SaveAsync("pages", $"1{chat}", StateJson.Parse("1"), cancellationToken: Token);
        await Db.Tasks.CreateAsync(
            new NewTask { ChatId = chat, Action = "report", Schedule = TaskSchedule.Every(TimeSpan.FromHours(1)), Description = Marker }, Token);
        await Db.Calibration.SaveAsync(chat, "GRID", new CalibrationValues { SizeMultiplier = 0.8m }, cancellationToken: Token);
        for (var n = 0; n < 3; n++)
        {
            var trade = Trade(chat) with { Metadata = StateJson.Parse($$"""{"note":"{{Marker}}","api_key":"abcdef123456"}""") };
            var opened = await Db.Trades.OpenAsync(trade, Token);
            if (n > 0)
                await Db.Trades.CloseAsync(
                    opened.Trade.Id, new TradeClose { ExitPrice = 110m, ExitReason = Marker }, chat, Token);
        }
    }
}
