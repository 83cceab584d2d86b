using System.Text.RegularExpressions;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>
/// What adoption leads to: the tables of the first migration, read from the migration itself. It is carried out in the session's temporary
/// schema and undone, so there is no second description of the tables that could differ.
/// </summary>
internal static partial class TargetSchema
{
    public static async Task<Dictionary<string, TableShape>> ReadAsync(NpgsqlConnection connection, Migration first, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        await connection.ExecuteAsync("SET LOCAL search_path = pg_temp", cancellationToken).ConfigureAwait(false);
        foreach (var statement in first.Statements) await connection.ExecuteAsync(statement, cancellationToken).ConfigureAwait(false);
        var tables = await TableShape.ReadAsync(connection, null, cancellationToken).ConfigureAwait(false);
        await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
        return tables;
    }

    /// <summary>The statements of the migration that make what is missing, sequences first, since defaults name them.</summary>
    /// <param name="connection">Whose search path is the schema.</param>
    /// <param name="first">The migration.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The name of what is made, or null for what is done anyway.</returns>
    public static async Task<List<(string Kind, string? Name, string Sql)>> MissingAsync(NpgsqlConnection connection, Migration first, string schema, CancellationToken cancellationToken)
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
            else if (match.Groups["kind"].Value == "FUNCTION") missing.Add(("function", null, Creation().Replace(statement, "CREATE OR REPLACE FUNCTION ${name}", 1)));
            else if (!there.Contains(match.Groups["name"].Value)) missing.Add((match.Groups["kind"].Value.ToLowerInvariant(), match.Groups["name"].Value, statement));
        }
        return [.. missing.OrderBy(entry => entry.Kind != "sequence")];
    }

    [GeneratedRegex(
        @"^(\s*--[^\n]*\n)*\s*CREATE\s+(UNIQUE\s+)?(?<kind>TABLE|SEQUENCE|INDEX|FUNCTION)\s+(?<name>\w+)",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Creation();
}
