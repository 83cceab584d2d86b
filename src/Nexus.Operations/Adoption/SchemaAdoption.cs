using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Secrets;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>Converts the tables to the target schema, all or none.</summary>
internal sealed class SchemaAdoption(
    NpgsqlConnection connection, string schema, Migration first, string timeZone, AdoptionReport report, CancellationToken cancellationToken)
{
    /// <summary>Reports what <see cref="RunAsync"/> would change.</summary>
    public async Task PlanAsync()
    {
        var target = await TargetSchema.ReadAsync(connection, first, cancellationToken).ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        var plan = await AdoptionPlanner.PlanAsync(connection, schema, target, timeZone, cancellationToken).ConfigureAwait(false);
        foreach (var (kind, name, _) in await TargetSchema.MissingAsync(connection, first, schema, cancellationToken).ConfigureAwait(false))
            ReportCreation(kind, name);
        ReportSteps(plan);
        foreach (var reject in plan.Rejects) report.Reject(reject);
    }

    /// <summary>
    /// Runs in one transaction, which also stores the canary of the keys and the rejects, for a run that resumes after an interruption.
    /// </summary>
    public async Task RunAsync(Sealer sealer)
    {
        var target = await TargetSchema.ReadAsync(connection, first, cancellationToken).ConfigureAwait(false);
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        await LockTablesAsync(target.Keys).ConfigureAwait(false);
        var plan = await AdoptionPlanner.PlanAsync(connection, schema, target, timeZone, cancellationToken).ConfigureAwait(false);
        foreach (var step in plan.BeforeSequences) await RunStepAsync(step).ConfigureAwait(false);
        var missing = await TargetSchema.MissingAsync(connection, first, schema, cancellationToken).ConfigureAwait(false);
        foreach (var (_, _, sql) in missing.Where(entry => entry.Kind == "sequence"))
            await connection.ExecuteAsync(sql, cancellationToken).ConfigureAwait(false);
        foreach (var step in plan.Steps) await RunStepAsync(step).ConfigureAwait(false);
        foreach (var (_, _, sql) in missing.Where(entry => entry.Kind != "sequence"))
            await connection.ExecuteAsync(sql, cancellationToken).ConfigureAwait(false);
        await AdvanceSequencesAsync(target.Values).ConfigureAwait(false);
        // The rejects of an interrupted run are already converted or set aside, so only its mark lists them.
        var earlier = await AdoptionMark.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        var known = plan.Rejects.ToHashSet();
        IReadOnlyList<AdoptionReject> rejects = [.. (earlier?.Rejects ?? []).Where(reject => !known.Contains(reject)), .. plan.Rejects];
        await AdoptionMark.WriteAsync(connection, new AdoptionMark(AdoptionStage.Schema, timeZone, rejects), cancellationToken).ConfigureAwait(false);
        await AdoptionMark.EnsureCanaryAsync(connection, sealer, cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);

        foreach (var (kind, name, _) in missing) ReportCreation(kind, name);
        ReportSteps(plan);
        foreach (var reject in rejects) report.Reject(reject);
    }

    private void ReportCreation(string kind, string? name)
    {
        if (kind == "table") report.AddSchema(name!, "table created", 0);
    }

    private void ReportSteps(AdoptionPlan plan)
    {
        foreach (var step in plan.BeforeSequences.Concat(plan.Steps).Where(step => step.What.Length > 0))
            report.AddSchema(step.Table, step.What, step.Rows);
    }

    /// <summary>Locks the tables until the commit, so that the plan stays valid.</summary>
    private async Task LockTablesAsync(IEnumerable<string> names)
    {
        var there = await connection.RowsAsync(
            "SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND "
                + "c.relkind IN ('r', 'p') AND c.relname = ANY ($2) ORDER BY 1",
            [schema, names.ToArray()],
            row => SqlIdentifier.Quote(row.GetString(0)),
            cancellationToken).ConfigureAwait(false);
        if (there.Count > 0)
            await connection.ExecuteAsync($"LOCK TABLE {string.Join(", ", there)} IN ACCESS EXCLUSIVE MODE", cancellationToken).ConfigureAwait(false);
    }

    private async Task RunStepAsync(AdoptionStep step)
    {
        foreach (var sql in step.Sql)
        {
            try
            {
                await connection.ExecuteAsync(sql, cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException error) when (PostgresErrors.Translate(error) is StoreRejectedException or StoreIncompatibleException)
            {
                // The message of PostgreSQL names columns and objects. Only its detail could contain a value, so it is omitted.
                throw new StoreIncompatibleException($"adopting table {step.Table} failed{(step.What.Length > 0 ? $" ({step.What})" : "")}: "
                    + $"{PostgresErrors.Translate(error).Message}; nothing was changed");
            }
        }
    }

    /// <summary>Advances the sequences, so that new rows do not get existing numbers.</summary>
    private async Task AdvanceSequencesAsync(IEnumerable<TableShape> tables)
    {
        foreach (var (table, column) in tables.SelectMany(table => table.Columns.Select(column => (Table: table, Column: column))))
        {
            if (column.Default?.StartsWith("nextval(", StringComparison.Ordinal) != true) continue;
            var sequence = column.Default["nextval(".Length..^1];
            await connection.ExecuteAsync(
                $"SELECT setval({sequence}, newest) FROM (SELECT max({SqlIdentifier.Quote(column.Name)}) AS newest FROM "
                    + $"{SqlIdentifier.Quote(table.Name)}) ids WHERE newest >= (SELECT coalesce(last_value, 0) FROM pg_catalog.pg_sequences WHERE "
                    + $"schemaname = current_schema() AND sequencename = {sequence}::text)",
                cancellationToken).ConfigureAwait(false);
        }
    }
}
