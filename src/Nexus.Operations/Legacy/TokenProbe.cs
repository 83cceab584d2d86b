using System.Text.RegularExpressions;
using Nexus.Secrets;
using Nexus.Storage.Postgres;
using Npgsql;

namespace Nexus.Operations.Legacy;

/// <summary>Finds out whether the given keys open what the legacy encrypted, before anything is changed.</summary>
internal static partial class TokenProbe
{
    private static readonly string[] Columns = ["api_key", "api_secret", "config"];

    /// <summary>Reads until a token opens; only where none does, all are read.</summary>
    /// <exception cref="NexusConfigurationException">There are tokens, and none of them opens.</exception>
    public static async Task RefuseForeignKeysAsync(NpgsqlConnection connection, Sealer sealer, string schema, CancellationToken cancellationToken)
    {
        var shapes = await TableShape.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        if (!shapes.TryGetValue("sessions", out var sessions)) return;
        var closed = 0L;
        foreach (var column in Columns.Where(column => sessions.Find(column) is not null))
        {
            using var command = new NpgsqlCommand($"SELECT {SqlIdentifier.Quote(column)}::text FROM sessions WHERE pg_catalog.strpos({SqlIdentifier.Quote(column)}::text, 'gAAAA') > 0", connection);
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var end = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            {
                foreach (var token in Tokens().EnumerateMatches(reader.GetString(0)))
                {
                    if (sealer.TryOpenLegacy(reader.GetString(0).Substring(token.Index, token.Length), out _, out _)) return;
                    closed++;
                }
            }
        }
        if (closed == 0) return;
        throw new NexusConfigurationException(
            "ENCRYPTION_KEY",
            $"opens none of the {closed} Fernet tokens in sessions (ids of the given keys: {string.Join(", ", sealer.Keys.Ids)}): give the key that the legacy ran with. Nothing was changed. "
            + "If that key is lost, --keep-unreadable leaves those tokens as they are and adopts the rest");
    }

    [GeneratedRegex("gAAAA[A-Za-z0-9_-]{90,}={0,2}", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Tokens();
}
