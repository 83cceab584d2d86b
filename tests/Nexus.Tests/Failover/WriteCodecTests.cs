using System.Text;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.StoreContract;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Tests.Failover;

/// <summary>What the outbox keeps of a write is the whole of it, but for the condition, which was judged when it was spooled.</summary>
public sealed class WriteCodecTests
{
    public static TheoryData<string> Kinds => [.. SampleWrites.All.Select(sample => sample.Name)];

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
            && !type.IsSubclassOf(typeof(ResealWrite)) && type != typeof(Nexus.Sessions.LockSession)
            && type != typeof(Nexus.Trades.DisownTrade)).ToHashSet();
        Assert.Equal(kinds, Kinds.Select(kind => Of(kind.Data).GetType()).ToHashSet());
    }

    [Fact]
    public void A_kind_of_a_later_program_is_none_and_a_damaged_body_says_so()
    {
        Assert.Null(WriteCodec.Decode("of_tomorrow", "1", Guid.NewGuid(), "{}"u8.ToArray()));
        Assert.Throws<StoreRejectedException>(() => WriteCodec.Decode("extend_user", "1", Guid.NewGuid(), """{"days":"""u8.ToArray()));
        Assert.Throws<StoreRejectedException>(() => WriteCodec.Decode("extend_user", "1", Guid.NewGuid(), "{}"u8.ToArray()));
    }

    private static Write Of(string name) => SampleWrites.All.Single(sample => sample.Name == name).Write.WithoutCondition();

    // Documents are equal by their text, not by where it is in memory.
    private static string Describe(Write write) => write switch
    {
        OpenTrade open => $"{open.Trade with { Metadata = default }}{Encoding.UTF8.GetString(open.Trade.Metadata.Span)}{open.WasAccepted}",
        CloseTrade close => $"{close with { WriteId = default }}",
        SaveUser save => $"{save with { Groups = null, WriteId = default }}",
        _ => write.GetType().Name,
    };
}
