using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>What every part of the planning needs.</summary>
/// <param name="Connection">Whose search path is the schema and where the functions of try_functions.sql are.</param>
/// <param name="TimeZone">The zone of naive timestamps.</param>
/// <param name="Plan">What is planned so far.</param>
/// <param name="CancellationToken">Gives up.</param>
internal sealed record PlanContext(NpgsqlConnection Connection, string TimeZone, AdoptionPlan Plan, CancellationToken CancellationToken)
{
    public Task<long> CountAsync(string sql) => Connection.ScalarAsync<long>(sql, [], CancellationToken);

    /// <summary>Rejects each row that the query finds; its only column is the row's key.</summary>
    public async Task<int> RejectAsync(string table, string column, string reason, string sql)
    {
        var keys = await Connection.RowsAsync(sql, [], row => row.IsDBNull(0) ? "" : row.GetString(0), CancellationToken).ConfigureAwait(false);
        Plan.Rejects.AddRange(keys.Select(key => new AdoptionReject(table, key, column, reason)));
        return keys.Count;
    }
}
