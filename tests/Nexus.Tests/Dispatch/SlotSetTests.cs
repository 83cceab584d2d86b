using CsCheck;
using Nexus.Dispatch;

namespace Nexus.Tests.Dispatch;

/// <summary>The sets of slots, in both of their forms.</summary>
public sealed class SlotSetTests
{
    [Fact]
    public void A_set_holds_what_was_added_in_every_form_and_size() => Gen.Select(
        Gen.Int[0, 5], Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4095]).Array[0, 400]).Sample((spread, steps) =>
    {
        var capacity = 1024;
        var set = new SlotSet();
        var model = new SortedSet<int>();
        foreach (var (kind, number) in steps)
        {
            var slot = (number >> spread) % capacity;
            if (kind == 0 && capacity < 4096) set.Resize(capacity += 1024);
            else if (kind == 1 && model.Count > 0)
            {
                var some = model.ElementAt(number % model.Count);
                model.Remove(some);
                set.Remove(some);
            }
            else if (model.Add(slot)) set.Add(slot, capacity);
        }
        Assert.Equal(model.Count, set.Count);
        Span<ulong> words = stackalloc ulong[16];
        var found = new List<int>();
        for (var word = 0; word < capacity / 64; word += 16)
        {
            set.CopyTo(words, word);
            for (var slot = 0; slot < 1024; slot++)
            {
                if ((words[slot / 64] >> (slot % 64) & 1) != 0) found.Add((word * 64) + slot);
            }
        }
        Assert.Equal(model, found);
        Assert.All(Enumerable.Range(0, capacity), slot => Assert.Equal(model.Contains(slot), set.Contains(slot)));
        Assert.True(set.Bytes <= 56 + (8 * model.Count) + (capacity / 8) + (8 * 400));
    });

    [Fact]
    public void A_rare_name_costs_little_among_many_sessions()
    {
        var set = new SlotSet();
        set.Add(5, 1024);
        for (var slot = 0; slot < 32; slot++)
        {
            if (slot != 5) set.Add(slot, 1024);
        }
        set.Resize(1_048_576);

        Assert.True(set.Bytes < 300, $"{set.Bytes}");
        Assert.True(set.Contains(31));
    }

    [Fact]
    public void Packed_names_are_what_was_packed() => Gen.Int[0, 100_000].Array[0, 256].Sample(numbers =>
    {
        int[] ids = [.. numbers.Distinct().Order()];
        var unpacked = new int[DispatchIndex.MaxNames + 1];
        Assert.Equal(ids, unpacked[..ChatMembers.Unpack(ChatMembers.Pack(ids), unpacked)]);
    });

    [Fact]
    public void Chats_keep_their_slots_however_many_follow()
    {
        var chats = new ChatTable();
        for (var chat = 0; chat < 10_000; chat++)
        {
            Assert.Equal(-1, chats.Find($"{chat}"));
            Assert.Equal(chat, chats.Add($"{chat}"));
        }
        Assert.All(Enumerable.Range(0, 10_000), chat => Assert.Equal((chat, $"{chat}"), (chats.Find($"{chat}"), chats[chat])));
        Assert.Equal(0, chats.Capacity % 1024);
    }
}
