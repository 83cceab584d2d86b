using Nexus.Chats;
using Nexus.Errors;

namespace Nexus.Sharding;

/// <summary>Which buckets go where.</summary>
/// <param name="Source">The shard that they leave.</param>
/// <param name="Target">The shard that gets them.</param>
/// <param name="Buckets">The buckets.</param>
internal sealed record PlannedMove(int Source, int Target, BucketSet Buckets);

/// <summary>Plans moves of buckets. Of several plans with the same result each takes the one with the fewest moves.</summary>
internal static class ShardPlan
{
    /// <summary>Some buckets to one shard. Those that it has already stay.</summary>
    public static IReadOnlyList<PlannedMove> Move(ShardMap map, BucketSet buckets, int target)
    {
        Require(map, "to", target);
        return [.. map.Shards.Where(shard => shard.Number != target)
            .Select(shard => new PlannedMove(shard.Number, target, BucketSet.Of(buckets.All.Where(bucket => shard.Owned[bucket] == '1'))))
            .Where(move => move.Buckets.Count > 0)];
    }

    /// <summary>Every shard gets about as many buckets as every other, except some, which get none.</summary>
    public static IReadOnlyList<PlannedMove> Rebalance(ShardMap map, IReadOnlyCollection<int> except)
    {
        foreach (var shard in except) Require(map, "except", shard);
        var taking = map.Shards.Select(shard => shard.Number).Where(shard => !except.Contains(shard)).ToList();
        if (taking.Count == 0) throw new NexusValidationException("except", "must leave at least one shard for the buckets");
        var counts = map.Shards.Select(shard => shard.Owned.Count(bucket => bucket == '1')).ToArray();
        // Those that have the most keep what does not divide.
        var rank = taking.OrderByDescending(shard => counts[shard]).ThenBy(shard => shard).ToList();
        var quotas = new int[map.Shards.Count];
        for (var n = 0; n < rank.Count; n++) quotas[rank[n]] = (ChatBucket.Count / rank.Count) + (n < ChatBucket.Count % rank.Count ? 1 : 0);
        return Spread(map, quotas);
    }

    /// <summary>All buckets of a shard to the others, those with the fewest first.</summary>
    public static IReadOnlyList<PlannedMove> Drain(ShardMap map, int drained)
    {
        Require(map, "shard", drained);
        if (map.Shards.Count < 2) throw new NexusValidationException("shard", "is the only shard: no other can take its buckets");
        var quotas = map.Shards.Select(shard => shard.Owned.Count(bucket => bucket == '1')).ToArray();
        for (; quotas[drained] > 0; quotas[drained]--)
            quotas[Enumerable.Range(0, quotas.Length).Where(shard => shard != drained).MinBy(shard => quotas[shard])]++;
        return Spread(map, quotas);
    }

    /// <summary>From the shards that have more than their quota to those that have less.</summary>
    private static List<PlannedMove> Spread(ShardMap map, int[] quotas)
    {
        List<PlannedMove> moves = [];
        var missing = new Queue<(int Shard, int Count)>(map.Shards.Select(shard =>
            (shard.Number, quotas[shard.Number] - shard.Owned.Count(bucket => bucket == '1'))).Where(shard => shard.Item2 > 0));
        foreach (var shard in map.Shards)
        {
            // The last ones, so that ranges stay ranges.
            var surplus = new Queue<int>(BucketSet.OfBits(shard.Owned).All.Skip(quotas[shard.Number]));
            while (surplus.Count > 0)
            {
                var (target, room) = missing.Dequeue();
                var given = new List<int>();
                while (given.Count < room && surplus.TryDequeue(out var bucket)) given.Add(bucket);
                moves.Add(new PlannedMove(shard.Number, target, BucketSet.Of(given)));
                if (given.Count < room)
                {
                    var rest = missing.ToArray();
                    missing = new Queue<(int Shard, int Count)>([(target, room - given.Count), .. rest]);
                }
            }
        }
        return moves;
    }

    private static void Require(ShardMap map, string what, int shard)
    {
        if (shard < 0 || shard >= map.Shards.Count)
            throw new NexusValidationException(what, $"must be the number of a shard, 0 to {map.Shards.Count - 1}");
    }
}
