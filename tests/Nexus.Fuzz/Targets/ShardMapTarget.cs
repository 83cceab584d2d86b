using System.Globalization;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Sharding;

namespace Nexus.Fuzz.Targets;

/// <summary>The map of the shards: a number, an id and the buckets of a shard in each line, as ranges like <c>0*100,1*3996</c>.</summary>
internal sealed class ShardMapTarget : FuzzTarget
{
    private const int MaxBuckets = 8192;

    public override string Name => "shard-map";

    public override IReadOnlyList<string> Dictionaries => ["shards"];

    public override bool IsGrown => false;

    /// <summary>A few characters stand for thousands of buckets.</summary>
    public override long BytesPerByte => 4 * MaxBuckets;

    public override void Run(byte[] input, ShownTexts shown)
    {
        var rows = new List<ShardRow>();
        var lines = new InputLines(input);
        while (lines.Rest.Length > 0 && rows.Count <= ShardMap.MaxShards) rows.Add(Row(lines.Next()));
        var map = ShardMap.Of(rows);
        foreach (var chat in new[] { "0", "-1001234567890", "", "legacy id" })
        {
            var owner = map.OwnerOfChat(chat);
            if (owner < 0 || owner >= map.Shards.Count) throw new FuzzFailureException("a chat has no shard");
            if (map.Shards[owner].Owned[ChatBucket.Of(chat)] != '1') throw new FuzzFailureException("a chat is at a shard that does not own it");
        }
    }

    public override bool IsDocumented(Exception error) => error is StoreIncompatibleException;

    private static ShardRow Row(string line)
    {
        var parts = line.Split(' ');
        _ = int.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        _ = Guid.TryParse(parts.ElementAtOrDefault(1), out var id);
        return new ShardRow(number, id, "public", 0, 1, Buckets(parts.ElementAtOrDefault(2) ?? ""));
    }

    private static string Buckets(string text)
    {
        var owned = new System.Text.StringBuilder();
        foreach (var part in text.Split(','))
        {
            var count = part.IndexOf('*') is >= 0 and var at
                && int.TryParse(part.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var times)
                ? Math.Min(times, MaxBuckets) : 1;
            if (part.Length > 0 && owned.Length + count <= MaxBuckets) owned.Append(part[0], count);
        }
        return owned.ToString();
    }
}
