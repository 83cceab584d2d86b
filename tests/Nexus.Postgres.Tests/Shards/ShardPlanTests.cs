using Nexus.Chats;
using Nexus.Errors;
using Nexus.Sharding;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>Plans of moves: whole, even, and with no move that changes nothing.</summary>
public sealed class ShardPlanTests
{
    [Theory]
    [InlineData("7", 1, "7")]
    [InlineData("0-4095", 4096, "0-4095")]
    [InlineData("3,1 2,9-9", 4, "1-3,9")]
    public void Buckets_are_numbers_and_ranges(string text, int count, string written)
    {
        var set = BucketSet.Parse(text);

        Assert.Equal((count, written), (set.Count, set.ToString()));
        Assert.Equal(set.All, BucketSet.OfBits(set.ToBits()).All);
        Assert.Equal(set.All, BucketSet.Parse(set.ToString()).All);
    }

    [Theory]
    [InlineData("")]
    [InlineData("4096")]
    [InlineData("-1")]
    [InlineData("9-3")]
    [InlineData("1-2-3")]
    [InlineData("x")]
    [InlineData("+1")]
    [InlineData("99999999999")]
    public void Other_texts_are_refused(string text) => Assert.Throws<NexusValidationException>(() => BucketSet.Parse(text));

    [Fact]
    public void Any_map_becomes_even_by_as_few_moves_as_there_are_buckets_too_many()
    {
        var random = new Random(1);
        for (var run = 0; run < 50; run++)
        {
            var shards = random.Next(2, 9);
            var map = Map([.. Enumerable.Range(0, ChatBucket.Count).Select(_ => Math.Min(random.Next(shards), random.Next(shards)))], shards);
            int[] except = run % 3 == 0 ? [random.Next(shards)] : [];
            var moves = ShardPlan.Rebalance(map, except);

            var after = Apply(map, moves);
            Assert.All(except, shard => Assert.Empty(after[shard]));
            var sizes = after.Where((_, shard) => !except.Contains(shard)).Select(set => set.Count).ToList();
            Assert.InRange(sizes.Max() - sizes.Min(), 0, 1);
            var tooMany = map.Shards.Sum(shard => Math.Max(0, shard.Owned.Count(bit => bit == '1') - after[shard.Number].Count));
            Assert.Equal(tooMany, moves.Sum(move => move.Buckets.Count));
            Assert.Empty(ShardPlan.Rebalance(Map([.. Owners(after)], shards), except));
        }
    }

    [Fact]
    public void A_drained_shard_is_empty_and_the_others_keep_what_they_have()
    {
        var map = Map([.. Enumerable.Range(0, ChatBucket.Count).Select(bucket => bucket % 4)], 4);

        var after = Apply(map, ShardPlan.Drain(map, 2));

        Assert.Empty(after[2]);
        foreach (var shard in new[] { 0, 1, 3 })
        {
            Assert.All(BucketSet.OfBits(map.Shards[shard].Owned).All, bucket => Assert.Contains(bucket, after[shard]));
            Assert.InRange(after[shard].Count, 1365, 1366);
        }
    }

    [Fact]
    public void Buckets_that_are_there_already_are_not_moved_and_shards_that_do_not_exist_are_named()
    {
        var map = Map([.. Enumerable.Range(0, ChatBucket.Count).Select(bucket => bucket < 100 ? 0 : 1)], 2);

        var move = Assert.Single(ShardPlan.Move(map, BucketSet.Parse("90-110"), 1));
        Assert.Equal((0, 1, "90-99"), (move.Source, move.Target, move.Buckets.ToString()));
        foreach (var plan in new Action[]
        {
            () => ShardPlan.Move(map, BucketSet.Parse("1"), 2), () => ShardPlan.Drain(map, -1), () => ShardPlan.Rebalance(map, [2]),
            () => ShardPlan.Rebalance(map, [0, 1]),
        })
            Assert.Throws<NexusValidationException>(plan);
    }

    private static ShardMap Map(int[] owners, int shards) => ShardMap.Of([.. Enumerable.Range(0, shards).Select(shard => new ShardRow(
        shard, Guid.Empty, $"s{shard}", 0, 1, BucketSet.Of(Enumerable.Range(0, owners.Length).Where(bucket => owners[bucket] == shard)).ToBits()))]);

    private static HashSet<int>[] Apply(ShardMap map, IReadOnlyList<PlannedMove> moves)
    {
        var sets = map.Shards.Select(shard => BucketSet.OfBits(shard.Owned).All.ToHashSet()).ToArray();
        foreach (var move in moves)
        {
            foreach (var bucket in move.Buckets.All)
            {
                Assert.True(sets[move.Source].Remove(bucket));
                Assert.True(sets[move.Target].Add(bucket));
            }
        }
        return sets;
    }

    private static IEnumerable<int> Owners(HashSet<int>[] sets) =>
        Enumerable.Range(0, ChatBucket.Count).Select(bucket => Array.FindIndex(sets, set => set.Contains(bucket)));
}
