using System.Text;
using Nexus.Dispatch;
using Nexus.Engine;
using Nexus.Stores;

namespace Nexus.Tests.Dispatch;

/// <summary>The index by itself: races between reads and notices, and memory.</summary>
public sealed class DispatchIndexTests
{
    private static readonly HashSet<string> NoOwners = [];

    private static readonly DispatchQuery On = new("on", null, null, [], NoOwners);

    [Fact]
    public void A_row_that_was_read_before_a_notice_is_not_served()
    {
        var index = Create();
        var mark = index.BeginRead();
        index.Mark([new StateChange("users", "1")]);
        index.Apply(Row("1"), mark);
        Assert.Empty(Select(index).Chats);
        Assert.Equal(["1"], index.ListPending());
        Assert.Equal(["1"], index.Resolve(On, [], 0)!.Changed);

        index.Apply(Row("1"), index.BeginRead());
        Assert.Equal(["1"], Select(index).Chats);
        Assert.Equal(0, index.Pending);

        index.Mark([new StateChange("sessions", "1")]);
        var (chats, deferred) = Select(index);
        Assert.Empty(chats);
        Assert.Equal(["1"], index.Resolve(On, deferred, 1)!.Changed);
        mark = index.BeginRead();
        index.Mark([new StateChange("sessions", "1")]);
        index.Remove(["1"], mark);
        Assert.Equal(1, index.Sessions);
        index.Remove(["1"], index.BeginRead());
        Assert.Equal((0, 0), (index.Sessions, index.Pending));
        Assert.Empty(Select(index).Chats);
    }

    [Fact]
    public void What_may_concern_everything_makes_the_index_stale_for_good()
    {
        var index = Create();
        index.Apply(Row("1"), index.BeginRead());
        index.SetReady();
        index.Mark([new StateChange("trades", "*"), new StateChange("bot_state", "1")]);
        Assert.True(index.IsReady);
        index.Mark([new StateChange("users", "*")]);

        index.Apply(Row("2"), index.BeginRead());
        Assert.False(index.IsReady);
        Assert.False(index.TrySelect(On, 0, new SelectedBlock(), new HashSet<int>()));
        Assert.Null(index.Resolve(On, [0], 0));
    }

    [Fact]
    public void More_changes_than_are_worth_reading_one_by_one_make_it_stale()
    {
        var index = Create();
        for (var chat = 0; chat < 1000; chat++) index.Apply(Row($"{chat}"), index.BeginRead());
        for (var chat = 0; chat <= 20_000 && !index.IsStale; chat++) index.Mark([new StateChange("users", $"u{chat}")]);
        Assert.True(index.IsStale);
    }

    [Fact]
    public void A_chat_that_was_deferred_and_read_meanwhile_is_not_lost()
    {
        var index = Create();
        index.Apply(Row("1"), index.BeginRead());
        index.Mark([new StateChange("sessions", "1"), new StateChange("sessions", "new")]);
        var (chats, deferred) = Select(index);
        Assert.Empty(chats);

        // Another signal reads both.
        index.Apply(Row("1"), index.BeginRead());
        index.Apply(Row("new"), index.BeginRead());
        Assert.Equal(["1", "new"], index.Resolve(On, deferred, 1)!.Recipients.Select(recipient => recipient.ChatId.Value));
    }

    [Fact]
    public void A_session_takes_less_than_200_bytes_and_a_hostile_one_not_much_more()
    {
        var index = Create();
        var mark = index.BeginRead();
        var random = new Random(7);
        const int Count = 30_000;
        for (var chat = 0; chat < Count; chat++) index.Apply(Typical($"{100_000_000_000L + chat}", random), mark);
        Assert.InRange(index.Bytes / Count, 60, 200);

        var before = index.Bytes;
        for (var chat = 0; chat < 100; chat++)
        {
            var names = string.Join(',', Enumerable.Range(0, 8000).Select(i => $"\"h{chat}x{i}\":true"));
            index.Apply(Row($"{chat}", $"{{{names}}}"), mark);
        }
        // Of its thousands of names the index keeps none.
        Assert.True((index.Bytes - before) / 100 < 2_000, $"{(index.Bytes - before) / 100}");
        Assert.Empty(Select(index, new DispatchQuery("h5x1", null, null, [], NoOwners)).Chats);
    }

    internal static DispatchRow Typical(string chat, Random random) => new(
        chat,
        random.Next(3) switch { 0 => "PILOT", 1 => "COPILOT", _ => "WATCHER" },
        Json("{" + string.Join(',', Enumerable.Range(0, 20).Select(i => $"\"S{i}\":{(random.Next(2) == 0 ? "true" : "false")}")) + "}"),
        Json("""{"CRYPTO":true,"STOCKS":true,"ETFS":false}"""),
        Json($"[\"A{random.Next(300)}\",\"A{random.Next(300)}\"]"),
        "user",
        TimeSpan.FromDays(1));

    private static DispatchRow Row(string chat, string strategies = """{"on":true}""") =>
        new(chat, "PILOT", Json(strategies), default, default, "user", TimeSpan.FromDays(1));

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);

    private static DispatchIndex Create() => new(NoOwners, RecordTables.All, TimeProvider.System);

    private static (List<string> Chats, HashSet<int> Deferred) Select(DispatchIndex index, DispatchQuery? query = null)
    {
        var (chats, deferred, block) = (new List<string>(), new HashSet<int>(), new SelectedBlock());
        for (var from = 0; ; from = block.End)
        {
            Assert.True(index.TrySelect(query ?? On, from, block, deferred));
            for (var i = 0; i < block.Count; i++) chats.Add(block.At(i).ChatId.Value);
            if (block.IsLast) return (chats, deferred);
        }
    }
}
