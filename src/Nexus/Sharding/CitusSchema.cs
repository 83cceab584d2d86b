using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>
/// Hands the schema of a shard to Citus, which places it on a node as a whole, and moves it: a schema that is distributed keeps batches of one
/// statement on one node (https://docs.citusdata.com/en/stable/develop/api_udf.html#citus-schema-distribute).
/// </summary>
internal static class CitusSchema
{
    private const string IsThere = "SELECT pg_catalog.to_regprocedure('pg_catalog.citus_schema_distribute(regnamespace)') IS NOT NULL";

    private const string IsDistributed = """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_dist_schema d JOIN pg_catalog.pg_namespace n ON n.oid = d.schemaid WHERE n.nspname = $1)
        """;

    private const string Distribute = """
        SELECT pg_catalog.citus_schema_distribute(n.oid::pg_catalog.regnamespace)::text FROM pg_catalog.pg_namespace n WHERE n.nspname = $1
        """;

    /// <summary>Whether Citus places a schema.</summary>
    /// <param name="connection">To the server of the shard.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<bool> IsPlacedAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken) =>
        await connection.ScalarAsync<bool>(IsThere, [], cancellationToken).ConfigureAwait(false)
            && await connection.ScalarAsync<bool>(IsDistributed, [schema], cancellationToken).ConfigureAwait(false);

    /// <summary>
    /// Does nothing on a server without Citus, or where it is done. The tables are made before, since Citus alters no sequence of theirs.
    /// </summary>
    /// <param name="connection">To the server of the shard.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NexusConfigurationException">A worker refused.</exception>
    public static async Task DistributeAsync(NpgsqlConnection connection, ShardRow shard, CancellationToken cancellationToken)
    {
        if (!await connection.ScalarAsync<bool>(IsThere, [], cancellationToken).ConfigureAwait(false)) return;
        var schema = SqlIdentifier.Quote(shard.Schema);
        if (!await IsPlacedAsync(connection, shard.Schema, cancellationToken).ConfigureAwait(false))
        {
            // A distributed sequence must belong to no column.
            await connection.ExecuteAsync($"ALTER SEQUENCE {schema}.users_id_seq OWNED BY NONE", cancellationToken).ConfigureAwait(false);
            await connection.ScalarAsync<string>(Distribute, [shard.Schema], cancellationToken).ConfigureAwait(false);
        }
        var refused = await UserNumbers.BeginOnWorkersAsync(connection, shard, cancellationToken).ConfigureAwait(false);
        if (refused is not null)
            throw new NexusConfigurationException(nameof(NexusOptions.Database), $"leads to Citus, whose worker {refused} did not number its users");
    }
}
