using System.Diagnostics.CodeAnalysis;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>Gives a restored database its owner, its settings and its privileges, which are not in the dump of its contents.</summary>
[SuppressMessage("Security", "CA2100", Justification = "SQL is made of constants, of quoted names and of quoted values.")]
internal static class RestoredSettings
{
    /// <summary>Settings whose value is a list of quoted names, by pg_dump's variable_is_guc_list_quote.</summary>
    private static readonly HashSet<string> Lists = new(StringComparer.OrdinalIgnoreCase)
    {
        "local_preload_libraries", "search_path", "session_preload_libraries", "shared_preload_libraries", "temp_tablespaces",
        "unix_socket_directories",
    };

    private static readonly HashSet<string> Privileges = new(StringComparer.Ordinal) { "CONNECT", "CREATE", "TEMPORARY" };

    /// <param name="connection">A session in the restored database.</param>
    /// <param name="properties">Those of the backed-up one.</param>
    /// <param name="withoutOwner">Whether everything belongs to the role that restores, and other roles have no privileges.</param>
    /// <param name="isMade">Whether the restore has made the database: the limits and privileges of one that somebody else made stay.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>What could not be set, and why.</returns>
    public static async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlConnection connection, DatabaseProperties properties, bool withoutOwner, bool isMade, CancellationToken cancellationToken)
    {
        var notes = new List<string>();
        var database = SqlIdentifier.Quote(connection.Database);
        foreach (var setting in properties.Settings)
        {
            var whose = setting.Role is null ? $"DATABASE {database}" : $"ROLE {SqlIdentifier.Quote(setting.Role)} IN DATABASE {database}";
            await TryAsync(
                $"the setting {setting.Name}{(setting.Role is null ? "" : $" of the role {setting.Role}")}",
                () => SetAsync(connection, whose, setting, cancellationToken)).ConfigureAwait(false);
        }
        if (!withoutOwner)
        {
            await TryAsync(
                $"the owner {properties.Owner}",
                () => DirectConnection.ExecuteAsync(connection, $"ALTER DATABASE {database} OWNER TO {SqlIdentifier.Quote(properties.Owner)}",
                    cancellationToken))
                .ConfigureAwait(false);
        }
        if (!isMade) return notes;
        if (properties.ConnectionLimit is { } limit and >= 0)
        {
            await TryAsync("the connection limit", () => DirectConnection.ExecuteAsync(
                connection, $"ALTER DATABASE {database} CONNECTION LIMIT {limit.ToString(System.Globalization.CultureInfo.InvariantCulture)}",
                cancellationToken)).ConfigureAwait(false);
        }
        foreach (var (what, sql) in Grants(database, properties, withoutOwner))
            await TryAsync(what, () => DirectConnection.ExecuteAsync(connection, sql, cancellationToken)).ConfigureAwait(false);
        return notes;

        async Task TryAsync(string what, Func<Task> apply)
        {
            try
            {
                await apply().ConfigureAwait(false);
            }
            catch (PostgresException error)
            {
                notes.Add($"{what} of the database could not be set ({error.SqlState})");
            }
        }
    }

    /// <summary>The statements that leave the privileges that the backed-up database had: by default everybody may connect.</summary>
    private static IEnumerable<(string What, string Sql)> Grants(string database, DatabaseProperties properties, bool withoutOwner)
    {
        if (properties.Grants is not { } grants) yield break;
        yield return ("the privileges of everybody", $"REVOKE ALL ON DATABASE {database} FROM PUBLIC");
        foreach (var grant in grants.Where(grant => Privileges.Contains(grant.Privilege) && (grant.Role is null || !withoutOwner)))
        {
            var role = grant.Role is null ? "PUBLIC" : SqlIdentifier.Quote(grant.Role);
            yield return ($"the privilege {grant.Privilege} of {grant.Role ?? "everybody"}",
                $"GRANT {grant.Privilege} ON DATABASE {database} TO {role}{(grant.IsGrantable ? " WITH GRANT OPTION" : "")}");
        }
    }

    /// <summary>
    /// As a literal, as pg_dump does: tried out in this session first, a setting such as <c>default_transaction_read_only</c> would refuse the
    /// statements that follow.
    /// </summary>
    private static async Task SetAsync(NpgsqlConnection connection, string whose, DatabaseSetting setting, CancellationToken cancellationToken)
    {
        var name = string.Join('.', setting.Name.Split('.').Select(SqlIdentifier.Quote));
        if (!Lists.Contains(setting.Name))
        {
            await DirectConnection.ExecuteAsync(
                connection, $"ALTER {whose} SET {name} TO '{setting.Value.Replace("'", "''", StringComparison.Ordinal)}'", cancellationToken)
                .ConfigureAwait(false);
            return;
        }
        // The text of a list has quotes of its own, which ALTER would take for one value.
        var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        var set = new NpgsqlCommand("SELECT pg_catalog.set_config($1, $2, true)", connection)
        {
            Parameters = { new() { Value = setting.Name }, new() { Value = setting.Value } },
        };
        await using (set.ConfigureAwait(false)) await set.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        await DirectConnection.ExecuteAsync(connection, $"ALTER {whose} SET {name} FROM CURRENT", cancellationToken).ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }
}
