using System.Text;
using Nexus.BotState;
using Nexus.Calibrations;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.KeyedState;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.StoreContract;

/// <summary>One or more writes of each kind, with fixed ids and times: what tests of formats and conventions run over.</summary>
internal static class SampleWrites
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    /// <summary>By a name that says what is special about it. A write that depends on a record follows the one that makes it.</summary>
    public static IReadOnlyList<(string Name, Write Write)> All { get; } =
    [
        .. Numbered(
            ("save_session", new SaveSession("1", SealedField.Set("nx1.a.b"), SealedField.Set(null), Json(
                """{"a":1.10,"mode":"PILOT","strategies":{"S":true}}"""), null)),
            ("save_session/keeping", new SaveSession("1", SealedField.Keep, SealedField.Keep, Json("{}"), null)),
            ("patch_session_config", new PatchSessionConfig("1", Json("""{"a":null,"ñ":"🚀"}"""), null)),
            ("save_session/other", new SaveSession("-20", SealedField.Set(null), SealedField.Set("nx1.c.d"), Json("""{"deep":[{"x":1e3}]}"""), 0)),
            ("save_session/deleted", new SaveSession("30", SealedField.Set(null), SealedField.Set(null), Json("{}"), null)),
            ("delete_session", new DeleteSession("30", null)),
            ("save_user", new SaveUser("1", "Ada", "admin", new Expiry(ExpiryKind.At, Noon), "Europe/Madrid", 7, Json("""{"CRYPTO":true}"""), null,
                Noon)),
            ("save_user/bare", new SaveUser("1", null, null, new Expiry(ExpiryKind.DaysMore, Days: 3), null, null, null, null, MustExist: true)),
            ("save_user/days", new SaveUser("2", null, null, new Expiry(ExpiryKind.DaysFromNow, Days: 30), null, null, null, 0)),
            ("save_user/never", new SaveUser("3", "Bob \"B\"", "user", new Expiry(ExpiryKind.Never), null, long.MaxValue, null, null)),
            ("extend_user", new ExtendUser("1", 30)),
            ("remove_user", new RemoveUser("3", null)),
            ("change_bot_state", new ChangeBotState(Json("""{"A":true}"""), Json("""{"g":{"x":1}}"""), new AssetChange(["X"], ["Y"], ["Z"]),
                AiFilter: false, Replace: true)),
            ("change_bot_state/patch", new ChangeBotState(Json("""{"B":false}"""), null, AssetChange.Disable("Ñ"))),
            ("set_system_config", new SetSystemConfig("k", Json("[1,null]"), "me", null)),
            ("set_system_config/bare", new SetSystemConfig("k2", Json("\"v\""), null, 0)),
            ("set_system_config/removed", new SetSystemConfig("k3", Json("true"), null, null)),
            ("remove_system_config", new RemoveSystemConfig("k3", null)),
            ("open_trade", new OpenTrade(Trade(1) with { ExitPrice = 1.00000001m, ExitTimestamp = Noon, Pnl = -0.5m, PnlPct = 12.3456m,
                Status = TradeStatus.Closed, ExitReason = "TP", Strategy = "s", Exchange = "x" }, WasAccepted: true)),
            ("open_trade/bare", new OpenTrade(Trade(2))),
            ("open_trade/closed", new OpenTrade(Trade(3) with { Side = TradeSide.Long, Quantity = 2m, EntryPrice = 100m,
                Metadata = Json("""{"m":[1.50,"<&>"]}""") })),
            ("close_trade", new CloseTrade(Trade(3).Id, "1", 150.5m, Noon, 2m, 3m, 0.1m, 0.2m, "SL", TradeStatus.Closed, Trade(3).EntryTimestamp)),
            ("open_trade/cancelled", new OpenTrade(Trade(4))),
            ("close_trade/bare", new CloseTrade(Trade(4).Id, null, null, null, null, null, null, null, null, TradeStatus.Cancelled)),
            ("save_keyed_state", new SaveKeyedState("dialogs/42", Json("""{"step":1.10}"""), StateExpiry.Never, null)),
            ("save_keyed_state/until", new SaveKeyedState("dialogs/a/../%2F ñ", Json("\"text\""), StateExpiry.At(Noon.AddHours(1)), null)),
            ("save_keyed_state/ttl", new SaveKeyedState("dialogs/43", Json("null"), StateExpiry.After(TimeSpan.FromDays(1)), 0)),
            ("patch_keyed_state", new PatchKeyedState("dialogs/42", Json("""{"step":null,"ñ":[2]}"""), null, null)),
            ("patch_keyed_state/ttl", new PatchKeyedState("dialogs/42", Json("""{"x":true}"""), StateExpiry.After(TimeSpan.FromDays(2)), null)),
            ("patch_keyed_state/never", new PatchKeyedState("dialogs/43", Json("""{"y":1}"""), StateExpiry.Never, null)),
            ("save_keyed_state/removed", new SaveKeyedState("dialogs/44", Json("1"), StateExpiry.Never, null)),
            ("remove_keyed_state", new RemoveKeyedState("dialogs/44", null)),
            ("save_task", new SaveTask(Task(1) with { Schedule = TaskSchedule.FromStore("cron", "30 9 * * MON-FRI", "Europe/Madrid"),
                Description = "d", JobId = "j", Missed = MissedRuns.Skip, Runs = new TaskRuns(9, 8, 2, Noon, "why") }, null)),
            ("save_task/bare", new SaveTask(Task(2) with { IsActive = false, NextRun = null }, null)),
            ("complete_task", new CompleteTask(Task(1).Id, 9, Noon, Noon.AddHours(1), "why", Noon.AddMinutes(1))),
            ("complete_task/last", new CompleteTask(Task(2).Id, 5, Noon, null, null, Noon.AddMinutes(2))),
            ("save_task/removed", new SaveTask(Task(3), 0)),
            ("remove_task", new RemoveTask(Task(3).Id, null)),
            ("save_user/more", new SaveUser("4", null, null, new Expiry(ExpiryKind.DaysMore, Days: 3, Since: Noon), null, null, null, null, Noon)),
            ("extend_user/accepted", new ExtendUser("4", 30, Noon)),
            ("save_calibration", new SaveCalibration("1/GRID/BTCUSDT/", new CalibrationValues { SizeMultiplier = 0.85m }, null)),
            ("save_calibration/whole", new SaveCalibration(
                "1/a%2Fb %25 ñ/BTCUSDT/BYBIT",
                new CalibrationValues
                {
                    ConfidenceThreshold = 0.65m,
                    LeverageMultiplier = 999.99m,
                    SizeMultiplier = 0m,
                    KellyFraction = 0.1234m,
                    WinRateEstimate = 0.5555m,
                    RiskRewardEstimate = 1.5m,
                    IsActive = false,
                },
                0)),
            ("save_calibration/removed", new SaveCalibration("1/DCA//", new CalibrationValues(), null)),
            ("remove_calibration", new RemoveCalibration("1/DCA//", null)),
            ("open_trade/filled", new OpenTrade(Trade(5) with { EntryPrice = 0.000000000000000001m, Quantity = 4m, Leverage = 2.5m, Exchange = "x",
                Fills = [Fill("e 1", FillSide.Entry, 4m), Fill("\"ñ\"", FillSide.Exit, 1m) with { FeeCurrency = null, Exchange = "y" }] })),
            ("add_fills", new AddFills(Trade(5).Id, "1", [Fill("e 2", FillSide.Exit, 1.5m)], Trade(5).EntryTimestamp)),
            ("add_fills/bare", new AddFills(Trade(5).Id, null, [Fill("e 3", FillSide.Exit, 0.5m) with { Timestamp = null }, Fill(
                "e 4", FillSide.Exit, 1m)]))),
    ];

    /// <summary>Those that are never in the outbox: the same record under another encryption key, and changes of
    /// sessions and trades when a subscription ends or a chat is erased.</summary>
    public static IReadOnlyList<(string Name, Write Write)> Reseals { get; } =
    [
        .. Numbered(
            ("reseal_session", new ResealSession("1", "nx1.e.f", null, Json("{}"), 3)),
            ("lock_session", new LockSession("1", Json("""{"mode":"WATCHER"}"""), Locks: true, UserVersion: 2, SeenVersion: 3)),
            ("disown_trade", new DisownTrade(Trade(2).Id, "1", Trade(2).EntryTimestamp, "9000")),
            ("reseal_system_config", new ResealSystemConfig("k", Json("[1,null]"), 1)),
            ("reseal_trade", new ResealTrade(Trade(2).Id, "1", Trade(2).EntryTimestamp, Json("""{"m":"nx1.e.f"}"""), 1)),
            ("reseal_keyed_state", new ResealKeyedState("dialogs/42", Json("1"), 3)),
            ("reseal_task", new ResealTask(Task(2).Id, Json("""{"m":"nx1.e.f"}"""), null, null, 1))),
    ];

    public static TaskRow Task(int number) => new()
    {
        Id = Guid.Parse($"01937f1e-8a00-7000-9000-{number:d12}"),
        ChatId = "1",
        Action = "report",
        Parameters = Json("""{"p":1}"""),
        Schedule = TaskSchedule.FromStore("interval", "3600", "UTC"),
        NextRun = Noon,
        CreatedAt = Noon.AddDays(-1),
    };

    public static TradeRow Trade(int number) => new()
    {
        Id = Guid.Parse($"01937f1e-8a00-7000-8000-{number:d12}"),
        ChatId = "1",
        Symbol = "BTCUSDT",
        Side = TradeSide.Short,
        EntryPrice = 65_000.12345678m,
        Quantity = 999_999_999_999.99999999m,
        EntryTimestamp = Noon.AddTicks(10 * number),
    };

    public static TradeFill Fill(string id, FillSide side, decimal quantity) => new()
    {
        OrderId = id,
        Side = side,
        Price = 0.000000000000000003m,
        Quantity = quantity,
        Fee = -0.1m,
        FeeCurrency = "USDT",
        Timestamp = Noon.AddMinutes(1),
    };

    public static ReadOnlyMemory<byte> Json(string text) => Encoding.UTF8.GetBytes(text);

    private static IEnumerable<(string, Write)> Numbered(params (string Name, Write Write)[] samples) =>
        samples.Select(sample => (sample.Name, sample.Write
            with
        { WriteId = new Guid(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(sample.Name)).AsSpan(0, 16)) }));
}
