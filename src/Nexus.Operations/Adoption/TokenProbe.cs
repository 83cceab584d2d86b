using System.Text.RegularExpressions;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Secrets;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>Checks whether the given keys open the legacy tokens, before anything is changed.</summary>
internal static partial class TokenProbe
{
    private static readonly (string Column, string Sql)[] Columns =
    [
        ("api_key", "SELECT api_key::text FROM sessions WHERE pg_catalog.strpos(api_key::text, 'gAAAA') > 0"),
        ("api_secret", "SELECT api_secret::text FROM sessions WHERE pg_catalog.strpos(api_secret::text, 'gAAAA') > 0"),
        ("config", "SELECT config::text FROM sessions WHERE pg_catalog.strpos(config::text, 'gAAAA') > 0"),
    ];

    /// <summary>Reads until one token can be opened.</summary>
    /// <exception cref="NexusConfigurationException">There are tokens, and none can be opened.</exception>
    public static async Task RefuseForeignKeysAsync(NpgsqlConnection connection, Sealer sealer, string schema, CancellationToken cancellationToken)
    {
        var shapes = await TableShape.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        if (!shapes.TryGetValue("sessions", out var sessions)) return;
        var closed = 0L;
        foreach (var (_, sql) in Columns.Where(column => sessions.Find(column.Column) is not null))
        {
            foreach (var text in await connection.RowsAsync(sql, [], row => row.GetString(0), cancellationToken).ConfigureAwait(false))
            {
                foreach (var token in Tokens().EnumerateMatches(text))
                {
                    if (sealer.TryOpenLegacy(text.Substring(token.Index, token.Length), out _, out _)) return;
                    closed++;
                }
            }
        }
        if (closed == 0) return;
        throw new NexusConfigurationException(
            "ENCRYPTION_KEY",
            $"opens none of the {closed} Fernet tokens in sessions (ids of the given keys: {string.Join(", ", sealer.Keys.Ids)}): set it to the "
                + "key of the legacy bot. Nothing was changed. "
            + "If that key is lost, --keep-unreadable keeps those tokens unchanged and adopts the rest");
    }

    [GeneratedRegex("gAAAA[A-Za-z0-9_-]{90,}={0,2}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Tokens();
}
