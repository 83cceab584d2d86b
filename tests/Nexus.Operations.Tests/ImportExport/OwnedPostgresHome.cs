using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.ImportExport;

/// <summary>An empty database that belongs to a role which carries every hostile setting.</summary>
internal sealed class OwnedPostgresHome : PostgresHome
{
    private readonly string _owner;

    private OwnedPostgresHome(TestDatabase database, string owner)
        : base(database) => _owner = owner;

    public static async Task<OwnedPostgresHome> CreateOwnedAsync()
    {
        var database = await TestDatabase.CreateAsync();
        return new OwnedPostgresHome(database, await HostileSettings.CreateOwnerAsync(database, HostileSettings.All.Keys));
    }

    public override NexusOptions CreateOptions()
    {
        var options = base.CreateOptions();
        options.Database = Database.Cluster.Url(Database.Name, user: _owner);
        return options;
    }
}
