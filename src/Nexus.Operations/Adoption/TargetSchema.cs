using System.Text.RegularExpressions;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>
/// The target of adoption: the tables of the first migration, read from the migration itself. It is applied in the temporary
/// schema of the session and rolled back, so there is no second description of the tables that could differ.
/// </summary>
internal static partial class TargetSchema
{
    public static async Task<Dictionary<string, TableShape>> ReadAsync(
        NpgsqlConnection connection, Migration first, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        await connection.ExecuteAsync("SET LOCAL search_path = pg_temp", cancellationToken).ConfigureAwait(false);
        foreach (var statement in first.Statements) await connection.ExecuteAsync(statement, cancellationToken).ConfigureAwait(false);
        var tables = await TableShape.ReadAsync(connection, null, cancellationToken).ConfigureAwait(false);
        await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
        return tables;
    }

    /// <summary>The statements of the migration that create missing objects, sequences first because defaults refer to them.</summary>
    /// <param name="connection">A connection with the schema as search path.</param>
    /// <param name="first">The migration.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The statements, each with the name of the object it creates, or null if it always runs.</returns>
    public static async Task<List<(string Kind, string? Name, string Sql)>> MissingAsync(
        NpgsqlConnection connection, Migration first, string schema, CancellationToken cancellationToken)
    {
        var there = (await connection.RowsAsync(
            "SELECT c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1",
            [schema],
            row => row.GetString(0),
            cancellationToken).ConfigureAwait(false)).ToHashSet(StringComparer.Ordinal);
        var missing = new List<(string Kind, string? Name, string Sql)>();
        foreach (var statement in first.Statements)
        {
            if (Creation().Match(statement) is not { Success: true } match) missing.Add(("other", null, statement));
            else if (match.Groups["kind"].Value == "FUNCTION")
                missing.Add(("function", null, Creation().Replace(statement, "CREATE OR REPLACE FUNCTION ${name}", 1)));
            else if (!there.Contains(match.Groups["name"].Value))
                missing.Add((match.Groups["kind"].Value.ToLowerInvariant(), match.Groups["name"].Value, statement));
        }
        return [.. missing.OrderBy(entry => entry.Kind != "sequence")];
    }

    [GeneratedRegex(
        @"^(\s*--[^\n]*\n)*\s*CREATE\s+(UNIQUE\s+)?(?<kind>TABLE|SEQUENCE|INDEX|FUNCTION)\s+(?<name>\w+)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Creation();
}
