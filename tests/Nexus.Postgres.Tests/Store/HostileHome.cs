using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>A database whose role has settings that break programs that rely on the defaults.</summary>
internal sealed class HostileHome : PostgresHome
{
    private const string Role = "nexus_hostile";

    private HostileHome(TestDatabase database)
        : base(database)
    {
    }

    /// <summary>Each by itself would change a result, an error or a time somewhere.</summary>
    public static IReadOnlyDictionary<string, string> Settings => HostileSettings.All;

    /// <summary>With these settings, or all of them; the schema was made under the same.</summary>
    public static async Task<HostileHome> CreateAsync(params string[] names)
    {
        var cluster = await PostgresCluster.SharedAsync();
        var template = await cluster.TemplateAsync("hostile", async database =>
        {
            await database.ExecuteAsync($"CREATE ROLE {Role} LOGIN; CREATE ROLE nexus_nobody; GRANT nexus_nobody TO {Role}");
            var first = await PrepareAsync(database, [.. Settings.Keys]);
            await using var store = await first.OpenStoreAsync();
        });
        return await PrepareAsync(await TestDatabase.CreateAsync(cluster, template), names.Length == 0 ? [.. Settings.Keys] : names);
    }

    public override NexusOptions CreateOptions()
    {
        var options = base.CreateOptions();
        options.Database = Database.Cluster.Url(Database.Name, user: Role);
        return options;
    }

    private static async Task<HostileHome> PrepareAsync(TestDatabase database, IReadOnlyList<string> names)
    {
        await database.ExecuteAsync($"ALTER DATABASE {database.Name} OWNER TO {Role}");
        await database.ExecuteAsync(string.Join(';', names.Select(name =>
            $"ALTER ROLE {Role} IN DATABASE {database.Name} SET {name} = {HostileSettings.Literal(name, Settings[name])}")));
        return new HostileHome(database);
    }
}
