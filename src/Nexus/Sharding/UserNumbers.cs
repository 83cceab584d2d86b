using System.Globalization;

namespace Nexus.Sharding;

/// <summary>
/// The numbers that the shards give their users, each from a range of its own, so that a number names one user. A user who moves keeps the number.
/// </summary>
internal static class UserNumbers
{
    /// <summary>What the columns hold, shared among the most shards that there can be: 8,388,608 numbers each.</summary>
    private const int OfShard = (int)((int.MaxValue + 1L) / ShardMap.MaxShards);

    /// <summary>
    /// On Citus, each node of a schema counts for itself, and one that gets the schema later must not begin anew: 32 parts of a shard's range.
    /// </summary>
    private const int NodeParts = 32;

    /// <summary>The number before the first one of a shard that was not used yet.</summary>
    /// <param name="shard">The shard's number.</param>
    public static string Start(int shard) => string.Create(CultureInfo.InvariantCulture,
        $"SELECT pg_catalog.setval(s.tableoid::pg_catalog.regclass, {First(shard) - 1}) FROM users_id_seq s WHERE NOT s.is_called");

    /// <summary>The same on each worker, where Citus has set a sequence of integers to its end, which would refuse every new user.</summary>
    /// <param name="schema">The shard's schema, quoted.</param>
    /// <param name="shard">The shard's number.</param>
    public static string OnWorker(string schema, int shard) => string.Create(CultureInfo.InvariantCulture, $"""
        SELECT pg_catalog.setval(s.tableoid::pg_catalog.regclass, {First(shard) - 1} + (g.groupid % {NodeParts}) * {OfShard / NodeParts})
        FROM {schema}.users_id_seq s, pg_catalog.pg_dist_local_group g WHERE s.last_value = {int.MaxValue}
        """);

    /// <summary>The first thousand is left to users of the legacy's tables.</summary>
    private static int First(int shard) => (shard * OfShard) + 1000;
}
