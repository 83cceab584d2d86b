using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Nexus.Infrastructure;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Writes the records of a schema: the table nexus_meta.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class MigrationLedger
{
    /// <summary>Also what the adoption of a legacy database and the audit's indexes keep their marks in.</summary>
    internal const string AuditIndexesName = "audit_indexes";

    /// <summary>Creates the schema and the table of records where they are missing.</summary>
    public static async Task CreateAsync(MigrationSession session, string schema, CancellationToken cancellationToken)
    {
        var state = await SchemaState.ReadAsync(session.Connection, schema, cancellationToken).ConfigureAwait(false);
        // Checked first: IF NOT EXISTS requires the privilege to create even if there is nothing to do.
        if (!state.HasSchema)
            await session.ExecuteAsync($"CREATE SCHEMA IF NOT EXISTS {SqlIdentifier.Quote(schema)}", cancellationToken).ConfigureAwait(false);
        if (state.HasLedger) return;
        await session.ExecuteAsync(
            "CREATE TABLE IF NOT EXISTS nexus_meta (name text PRIMARY KEY, value text NOT NULL, updated_at timestamptz NOT NULL DEFAULT now())",
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Records a migration in the transaction that carries it out, or after the last statement of one that has none.</summary>
    public static async Task RecordAsync(NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        var name = migration.Number == 0 ? AuditIndexesName : $"{SchemaState.RecordPrefix}{migration.Number:0000}";
        await SetAsync(connection, name, AppliedMigration.Of(migration).ToString(), cancellationToken).ConfigureAwait(false);
        if (migration.MinimumReader > 0 || migration.Number == 1)
        {
            var minimum = Math.Max(1, migration.MinimumReader).ToString(CultureInfo.InvariantCulture);
            await SetAsync(connection, SchemaState.MinimumReaderName, minimum, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Removes the records above a number and lowers the minimum reader where they had raised it.</summary>
    internal static async Task RevertAsync(NpgsqlConnection connection, MigrationSet known, int target, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            "DELETE FROM nexus_meta WHERE name ~ '^migration[.][0-9]{4}$' AND substr(name, 11)::int > $1", [target], cancellationToken)
            .ConfigureAwait(false);
        await connection.ExecuteAsync(
            "UPDATE nexus_meta SET value = $1, updated_at = now() WHERE name = $2 AND value::int > $3",
            [known.MinimumReader(target).ToString(CultureInfo.InvariantCulture), SchemaState.MinimumReaderName, target], cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Sets a value of nexus_meta.</summary>
    public static Task SetAsync(NpgsqlConnection connection, string name, string value, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
        """
        INSERT INTO nexus_meta (name, value) VALUES ($1, $2)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at WHERE nexus_meta.value <> excluded.value
        """, [name, value], cancellationToken);
}
