using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Hosts;

/// <summary>A database that is reached through PgBouncer, and the server itself for notices.</summary>
internal sealed class PoolerHome : PostgresHome
{
    private readonly PgBouncer _pooler;

    private PoolerHome(TestDatabase database, PgBouncer pooler)
        : base(database) => _pooler = pooler;

    /// <param name="mode"><c>transaction</c> or <c>session</c>.</param>
    public static async Task<PoolerHome> CreateAsync(string mode)
    {
        // The template of all homes.
        var home = await PostgresHome.CreateAsync();
        return new PoolerHome(home.Database, await PgBouncer.SharedAsync(mode));
    }

    public override NexusOptions CreateOptions()
    {
        var options = base.CreateOptions();
        options.Database = _pooler.Url(Database.Name, isSaid: true) + $"&listen={Database.Cluster.Host}:{Database.Cluster.Port}";
        return options;
    }
}
