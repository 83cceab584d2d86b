using System.Globalization;

namespace Nexus.Failover;

/// <summary>Where the fallback of each shard is: the home shard's in the data folder itself, the others' in folders below it.</summary>
internal static class ShardFolders
{
    /// <summary>The file in a data folder that serves a database with shards.</summary>
    public const string MapFileName = "shards.json";

    private const string Prefix = "shard-";

    /// <summary>The folder of a shard.</summary>
    public static string Of(string dataFolder, int shard) =>
        shard == 0 ? dataFolder : Path.Combine(dataFolder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{shard}"));

    /// <summary>Whether a data folder serves a database with shards.</summary>
    public static bool AreIn(string dataFolder) => File.Exists(Path.Combine(dataFolder, MapFileName));

    /// <summary>The shards that have a local replica in a data folder, in the order of their numbers; only 0 for a database without shards.</summary>
    public static IReadOnlyList<int> Find(string dataFolder)
    {
        if (!Directory.Exists(dataFolder)) return [];
        var found = Directory.EnumerateDirectories(dataFolder, $"{Prefix}*")
            .Select(folder => Path.GetFileName(folder)[Prefix.Length..])
            .Select(number => int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var shard) ? shard : 0)
            .Where(shard => shard > 0).Append(0).Distinct().Order();
        return [.. found.Where(shard => File.Exists(Path.Combine(Of(dataFolder, shard), FailoverStore.FileName)))];
    }
}
