using System.Diagnostics.CodeAnalysis;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>Gives a restored database its owner and its settings, which are not in the dump of its contents.</summary>
[SuppressMessage("Security", "CA2100", Justification = "SQL is made of constants and of quoted names; values are parameters.")]
internal static class RestoredSettings
{
    /// <returns>What could not be set, and why.</returns>
    public static async Task<IReadOnlyList<string>> ApplyAsync(
        NpgsqlConnection connection, DatabaseProperties properties, bool withoutOwner, CancellationToken cancellationToken)
    {
        var notes = new List<string>();
        var database = SqlIdentifier.Quote(connection.Database);
        foreach (var setting in properties.Settings)
        {
            var name = string.Join('.', setting.Name.Split('.').Select(SqlIdentifier.Quote));
            var whose = setting.Role is null ? $"DATABASE {database}" : $"ROLE {SqlIdentifier.Quote(setting.Role)} IN DATABASE {database}";
            await TryAsync($"the setting {setting.Name}{(setting.Role is null ? "" : $" of the role {setting.Role}")}", async () =>
            {
                // As a value of this session first: the text of a list has quotes of its own, which ALTER would take for one value.
                var set = new NpgsqlCommand("SELECT pg_catalog.set_config($1, $2, false)", connection)
                {
                    Parameters = { new() { Value = setting.Name }, new() { Value = setting.Value } },
                };
                await using (set.ConfigureAwait(false)) await set.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
                await DirectConnection.ExecuteAsync(connection, $"ALTER {whose} SET {name} FROM CURRENT", cancellationToken).ConfigureAwait(false);
            }).ConfigureAwait(false);
        }
        if (!withoutOwner)
        {
            await TryAsync(
                $"the owner {properties.Owner}",
                () => DirectConnection.ExecuteAsync(connection, $"ALTER DATABASE {database} OWNER TO {SqlIdentifier.Quote(properties.Owner)}",
                    cancellationToken))
                .ConfigureAwait(false);
        }
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
}
