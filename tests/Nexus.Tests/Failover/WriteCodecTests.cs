using System.Text;
using Nexus.BotState;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Sessions;
using Nexus.SystemConfig;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Tests.Failover;

/// <summary>What the outbox keeps of a write is the whole of it, but for the condition, which was judged when it was spooled.</summary>
public sealed class WriteCodecTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string> Kinds =>
    [
        "save_session", "save_session_keeping", "patch_session_config", "delete_session", "save_user", "save_user_bare", "extend_user", "remove_user",
        "change_bot_state",
        "change_bot_state_bare", "set_system_config", "remove_system_config", "open_trade", "open_trade_bare", "close_trade", "close_trade_bare",
    ];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_comes_back_as_it_was(string kind)
    {
        var write = Of(kind);
        var body = WriteCodec.Encode(write);
        var back = WriteCodec.Decode(write.Kind, write.Key.Id, write.WriteId, body)!;

        Assert.Equal(write.GetType(), back.GetType());
        Assert.Equal((write.Key, write.WriteId), (back.Key, back.WriteId));
        Assert.Equal(Encoding.UTF8.GetString(body), Encoding.UTF8.GetString(WriteCodec.Encode(back)));
        Assert.Equal(Describe(write), Describe(back));
    }

    [Fact]
    public void Every_write_but_a_new_sealing_can_be_spooled()
    {
        var kinds = typeof(Write).Assembly.GetTypes().Where(type => type is { IsAbstract: false } && type.IsSubclassOf(typeof(Write))
            && !type.IsSubclassOf(typeof(ResealWrite))).ToHashSet();
        Assert.Equal(kinds, Kinds.Select(kind => Of(kind.Data).GetType()).ToHashSet());
    }

    [Fact]
    public void A_kind_of_a_later_program_is_none_and_a_damaged_body_says_so()
    {
        Assert.Null(WriteCodec.Decode("of_tomorrow", "1", Guid.NewGuid(), "{}"u8.ToArray()));
        Assert.Throws<StoreRejectedException>(() => WriteCodec.Decode("extend_user", "1", Guid.NewGuid(), """{"days":"""u8.ToArray()));
        Assert.Throws<StoreRejectedException>(() => WriteCodec.Decode("extend_user", "1", Guid.NewGuid(), "{}"u8.ToArray()));
    }

    private static Write Of(string kind) => kind switch
    {
        "save_session" => new SaveSession("1", SealedField.Set("nx1.a.b"), SealedField.Set(null), Json("""{"a":1.10}"""), null),
        "save_session_keeping" => new SaveSession("1", SealedField.Keep, SealedField.Keep, Json("{}"), null),
        "patch_session_config" => new PatchSessionConfig("1", Json("""{"a":null}"""), null),
        "delete_session" => new DeleteSession("1", null),
        "save_user" =>
            new SaveUser("1", "Ada", "admin", new Expiry(ExpiryKind.At, Noon), "Europe/Madrid", 7, Json("""{"CRYPTO":true}"""), null, Noon),
        "save_user_bare" => new SaveUser("1", null, null, new Expiry(ExpiryKind.DaysMore, Days: 3), null, null, null, null, MustExist: true),
        "extend_user" => new ExtendUser("1", 30),
        "remove_user" => new RemoveUser("1", null),
        "change_bot_state" =>
            new ChangeBotState(Json("""{"A":true}"""), Json("{}"), new AssetChange(["X"], ["Y"], ["Z"]), AiFilter: false, Replace: true),
        "change_bot_state_bare" => new ChangeBotState(Assets: AssetChange.Disable("X")),
        "set_system_config" => new SetSystemConfig("k", Json("[1,null]"), "me", null),
        "remove_system_config" => new RemoveSystemConfig("k", null),
        "open_trade" =>
            new OpenTrade(Trade with
            {
                ExitPrice = 1.00000001m,
                ExitTimestamp = Noon,
                Pnl = -0.5m,
                PnlPct = 12.3456m,
                Status = TradeStatus.Closed,
                ExitReason = "TP",
                Strategy = "s",
                Exchange = "x"
            }, WasAccepted: true),
        "open_trade_bare" => new OpenTrade(Trade, WasAccepted: true),
        "close_trade" => new CloseTrade(Trade.Id, "1", 1.5m, Noon, 2m, 3m, 0.1m, 0.2m, "SL", TradeStatus.Cancelled, Noon),
        _ => new CloseTrade(Trade.Id, null, null, null, null, null, null, null, null, TradeStatus.Closed),
    };

    private static TradeRow Trade { get; } = new()
    {
        Id = Guid.Parse("01937f1e-8a00-7000-8000-000000000001"),
        ChatId = "1",
        Symbol = "BTCUSDT",
        Side = TradeSide.Short,
        EntryPrice = 65_000.12345678m,
        Quantity = 999_999_999_999.99999999m,
        EntryTimestamp = Noon.AddTicks(10),
    };

    private static ReadOnlyMemory<byte> Json(string text) => Encoding.UTF8.GetBytes(text);

    // Documents are equal by their text, not by where it is in memory.
    private static string Describe(Write write) => write switch
    {
        OpenTrade open => $"{open.Trade with { Metadata = default }}{Encoding.UTF8.GetString(open.Trade.Metadata.Span)}{open.WasAccepted}",
        CloseTrade close => $"{close with { WriteId = default }}",
        SaveUser save => $"{save with { Groups = null, WriteId = default }}",
        _ => write.GetType().Name,
    };
}
