using Nexus.Operations.Doctor.Schema;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Doctor;

/// <summary>
/// Whether the schema is the one that the migrations have made: their list tells nothing of an index, a constraint or a trigger that was dropped or
/// changed since, as by a restore in parts or by hand.
/// </summary>
/// <param name="run">Receives the findings.</param>
/// <param name="schema">The name of the schema.</param>
/// <param name="place">How messages name it.</param>
/// <param name="isShard">Whether it is a shard of a database with several.</param>
internal sealed class SchemaChecks(DoctorRun run, string schema, string place, bool isShard)
{
    /// <summary>More than these come from one cause, such as a restore of the tables alone.</summary>
    private const int Most = 40;

    /// <summary>What a database gets with its shards, beside its migrations.</summary>
    private const string ShardCheck = "nexus_commits_checked";

    public async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await SchemaCatalog.IsDistributedAsync(connection, cancellationToken).ConfigureAwait(false))
        {
            run.Unknown(DoctorChecks.Schema, $"the {place} was not compared: Citus gives its tables other constraints and triggers");
            return;
        }
        var state = await SchemaState.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        var newest = state.Applied.Keys.DefaultIfEmpty().Max();
        if (newest != MigrationSet.Embedded.All.Count)
        {
            run.Unknown(
                DoctorChecks.Schema, $"the {place} was not compared: it has migrations up to {newest:0000}, and this version knows those up to "
                    + $"{MigrationSet.Embedded.All.Count:0000}");
            return;
        }
        var found = await SchemaCatalog.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        List<SchemaDifference> differences = [.. SchemaComparison.Run(ExpectedSchema.Of(schema), found, schema)];
        if (isShard && !found.Any(one => one.Key == (SchemaKinds.Constraint, "nexus_commits", ShardCheck)))
        {
            differences.Add(new SchemaDifference(
                IsProblem: true, $"the constraint {ShardCheck} of the table nexus_commits is missing: programs that know no shards can write",
                $"ALTER TABLE {SqlIdentifier.Quote(schema)}.nexus_commits ADD CONSTRAINT {ShardCheck} CHECK (committed_at IS NULL OR "
                    + "coalesce(is_checked, false)) NOT VALID"));
        }
        foreach (var difference in differences.OrderByDescending(difference => difference.IsProblem).Take(Most))
        {
            run.Add(
                DoctorChecks.Schema, difference.IsProblem ? DoctorLevel.Problem : DoctorLevel.Warning, $"{difference.Message} ({place})",
                Fix(difference));
        }
        if (differences.Count > Most)
        {
            run.Warning(
                DoctorChecks.Schema, $"the {place} has {differences.Count - Most} more differences",
                "Correct those that are named, and run nexus doctor again. After a restore in parts, restore the whole backup: docs/recovery.md.");
        }
        if (differences.Count == 0) run.Ok(DoctorChecks.Schema, $"the objects of the {place} are those that the migrations make");
    }

    private static string Fix(SchemaDifference difference) => difference.Sql is { } sql
        ? $"As the owner of the tables: {sql.TrimEnd()};"
        : "Put it back from the newest backup (nexus backup restore NAME --table TABLE, or the whole of it: docs/recovery.md).";
}
