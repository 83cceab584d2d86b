using System.Globalization;
using Nexus.Postgres;
using Npgsql;

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
    private const int Nodes = 32;

    private const int OfNode = OfShard / Nodes;

    private const string Begin = "SELECT pg_catalog.setval(s.tableoid::pg_catalog.regclass, $1) FROM users_id_seq s WHERE NOT s.is_called";

    private const string Groups = "SELECT pg_catalog.array_agg(DISTINCT groupid) FROM pg_catalog.pg_dist_node WHERE groupid > 0";

    private const string RunOnWorkers = """
        SELECT pg_catalog.concat(nodename, ':', nodeport) FROM pg_catalog.run_command_on_workers($1) WHERE NOT success LIMIT 1
        """;

    /// <summary>Begins the range of a shard, unless its users are numbered already.</summary>
    /// <param name="connection">Whose search path leads to the shard's schema.</param>
    /// <param name="shard">The shard's number.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task BeginAsync(NpgsqlConnection connection, int shard, CancellationToken cancellationToken) =>
        connection.ScalarAsync<long?>(Begin, [(long)First(shard) - 1], cancellationToken);

    /// <summary>
    /// The same on each worker that was never asked for a number: Citus has set a sequence of integers to its end there, which would refuse every new
    /// user.
    /// </summary>
    /// <param name="connection">To the coordinator.</param>
    /// <param name="shard">The shard, whose schema Citus places.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The address of a worker that refused; null for none.</returns>
    public static async Task<string?> BeginOnWorkersAsync(NpgsqlConnection connection, ShardRow shard, CancellationToken cancellationToken)
    {
        var schema = SqlIdentifier.Quote(shard.Schema);
        var groups = await connection.ScalarAsync<int[]>(Groups, [], cancellationToken).ConfigureAwait(false) ?? [];
        List<string> begins = [];
        foreach (var group in groups)
        {
            var first = First(shard.Number) + (group % Nodes * OfNode);
            // A restored database has users of the range.
            var last = await connection.ScalarAsync<int?>(
                $"SELECT pg_catalog.max(id) FROM {schema}.users WHERE id >= $1 AND id < $2", [first, first + OfNode], cancellationToken)
                .ConfigureAwait(false);
            begins.Add(string.Create(CultureInfo.InvariantCulture, $"({group}, {last ?? first - 1})"));
        }
        return begins.Count == 0 ? null : await connection.ScalarAsync<string>(RunOnWorkers, [string.Create(CultureInfo.InvariantCulture, $"""
            SELECT pg_catalog.setval(s.tableoid::pg_catalog.regclass, b.last)
            FROM {schema}.users_id_seq s, pg_catalog.pg_dist_local_group g, (VALUES {string.Join(", ", begins)}) AS b (groupid, last)
            WHERE b.groupid = g.groupid AND s.last_value = {int.MaxValue}
            """)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The first thousand is left to users of the legacy's tables.</summary>
    private static int First(int shard) => (shard * OfShard) + 1000;
}
