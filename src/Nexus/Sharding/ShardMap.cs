using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Sharding;

/// <summary>Which shard has which buckets of chats. The home shard keeps it; each shard keeps its own part.</summary>
internal sealed class ShardMap
{
    /// <summary>More shards make the connections of one instance more than a server gives.</summary>
    public const int MaxShards = 256;

    private readonly short[] _owners;

    private ShardMap(IReadOnlyList<ShardRow> shards, short[] owners) => (Shards, _owners) = (shards, owners);

    /// <summary>The shards by their numbers; the first is the home shard.</summary>
    public IReadOnlyList<ShardRow> Shards { get; }

    /// <summary>Identifies the sharded database.</summary>
    public Guid Id => Shards[0].MapId;

    /// <summary>The map of the home shard's rows.</summary>
    /// <exception cref="StoreIncompatibleException">The rows are no map: numbers or buckets are missing or stand there twice.</exception>
    public static ShardMap Of(IReadOnlyList<ShardRow> rows)
    {
        if (rows.Count is 0 or > MaxShards) throw Damaged($"it has {rows.Count} shards");
        var owners = new short[ChatBucket.Count];
        Array.Fill(owners, (short)-1);
        for (var n = 0; n < rows.Count; n++)
        {
            if (rows[n].Number != n || rows[n].MapId != rows[0].MapId) throw Damaged($"the row of shard {n} is missing");
            if (rows[n].Owned.Length != ChatBucket.Count) throw Damaged($"shard {n} has {rows[n].Owned.Length} buckets");
            for (var bucket = 0; bucket < owners.Length; bucket++)
            {
                if (rows[n].Owned[bucket] != '1') continue;
                if (owners[bucket] >= 0) throw Damaged($"bucket {bucket} has two shards");
                owners[bucket] = (short)n;
            }
        }
        var missing = Array.IndexOf(owners, (short)-1);
        return missing < 0 ? new ShardMap(rows, owners) : throw Damaged($"bucket {missing} has no shard");
    }

    /// <summary>The buckets of a shard if all have about as many: each shard a range, so that the map can be read.</summary>
    /// <param name="number">The shard.</param>
    /// <param name="shards">How many shards there are.</param>
    public static string EvenShare(int number, int shards)
    {
        var (first, end) = (ChatBucket.Count * number / shards, ChatBucket.Count * (number + 1) / shards);
        return string.Concat(new string('0', first), new string('1', end - first), new string('0', ChatBucket.Count - end));
    }

    /// <summary>The shard of a chat.</summary>
    public int OwnerOfChat(string chatId) => _owners[ChatBucket.Of(chatId)];

    /// <summary>The shard of a record; null where its place is not known.</summary>
    public int? OwnerOf(RecordPlace place) => place.IsInBucket ? _owners[place.Bucket] : place == RecordPlace.Home ? 0 : null;

    private static StoreIncompatibleException Damaged(string what) =>
        new($"the map of the shards in nexus_shards is damaged ({what}): restore the home shard from a backup");
}
