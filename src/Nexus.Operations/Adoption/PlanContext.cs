using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>The context of the planners.</summary>
/// <param name="Connection">A connection with the schema as search path and the functions of try_functions.sql.</param>
/// <param name="TimeZone">The time zone of timestamps without one.</param>
/// <param name="Plan">The steps planned so far.</param>
/// <param name="CancellationToken">Cancels the operation.</param>
internal sealed record PlanContext(NpgsqlConnection Connection, string TimeZone, AdoptionPlan Plan, CancellationToken CancellationToken)
{
    public Task<long> CountAsync(string sql) => Connection.ScalarAsync<long>(sql, [], CancellationToken);

    /// <summary>Rejects each row of the query, which selects the key of the row.</summary>
    public async Task<int> RejectAsync(string table, string column, string reason, string sql)
    {
        var keys = await Connection.RowsAsync(sql, [], row => row.IsDBNull(0) ? "" : row.GetString(0), CancellationToken).ConfigureAwait(false);
        Plan.Rejects.AddRange(keys.Select(key => new AdoptionReject(table, key, column, reason)));
        return keys.Count;
    }
}
