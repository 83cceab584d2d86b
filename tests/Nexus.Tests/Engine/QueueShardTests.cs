using Nexus.Engine;

namespace Nexus.Tests.Engine;

/// <summary>The queue in front of a store whose parts commit apart from each other.</summary>
public sealed class QueueShardTests : QueueTest
{
    private protected override int Lanes => 3;

    [Fact]
    public async Task Records_of_different_parts_never_share_a_batch_and_no_part_waits_for_another()
    {
        var queue = Queue(writers: 2);
        var writes = Enumerable.Range(10, 90).Select(chat => queue.WriteAsync(Save($"{chat}"), Token).AsTask()).ToArray();
        // Two writers of each part, and none behind another part's.
        for (var n = 0; n < 6; n++) await Store.ArrivedAsync();
        Assert.False(await Store.ArrivesAsync());
        Assert.Equal(90, queue.Pending);
        Store.LetAllGo();
        await Task.WhenAll(writes);

        Assert.True(queue.HasShards);
        Assert.All(Store.Batches, batch => Assert.Single(batch.Select(write => Store.LaneOf(write) % Lanes).Distinct()));
        Assert.False(Store.HasOverlapped);
    }

    [Fact]
    public async Task A_batch_over_several_parts_keeps_its_order_with_the_writes_of_each()
    {
        var queue = Queue(writers: 2);
        var before = queue.WriteAsync(Save("11"), Token).AsTask();
        await Store.ArrivedAsync();
        var bulk = queue.WriteBatchAsync([Save("10"), Save("11"), Save("12")], atomic: true, Token);
        var after = new[] { "10", "11", "12" }.Select(chat => queue.WriteAsync(Save(chat), Token).AsTask()).ToArray();
        Assert.False(await Store.ArrivesAsync());
        Store.LetAllGo();

        Assert.Equal(1, (await before).Version);
        Assert.Equal([1L, 2L, 1L], (await bulk).Select(outcome => outcome.Version));
        Assert.Equal([2L, 3L, 2L], (await Task.WhenAll(after)).Select(outcome => outcome.Version));
    }
}
