using System.Text;
using Nexus.Failover;
using Nexus.Secrets;
using Nexus.TestKit;

namespace Nexus.StoreContract;

/// <summary>A database for the PostgreSQL store, with its schema already there.</summary>
public class PostgresHome : StoreHome
{
    private static readonly Lazy<string> Key = new(KeyRing.GenerateKey);

    /// <summary>In this database.</summary>
    protected PostgresHome(TestDatabase database) => Database = database;

    /// <summary>The database.</summary>
    public TestDatabase Database { get; }

    /// <summary>A copy of a database that was opened once by this program.</summary>
    public static async Task<PostgresHome> CreateAsync()
    {
        var cluster = await PostgresCluster.SharedAsync();
        var template = await cluster.TemplateAsync("nexus", async database =>
        {
            await using var store = await new PostgresHome(database).OpenStoreAsync();
        });
        return new PostgresHome(await TestDatabase.CreateAsync(cluster, template));
    }

    /// <summary>An empty database, which opening brings up to date.</summary>
    /// <param name="cluster">The shared server when left out.</param>
    public static async Task<PostgresHome> CreateEmptyAsync(PostgresCluster? cluster = null) => new(await TestDatabase.CreateAsync(cluster));

    /// <inheritdoc/>
    public override NexusOptions CreateOptions() =>
        new() { Database = Database.Url, Keys = Key.Value, MinPoolSize = 1, MaxPoolSize = 5, Fallback = FallbackMode.Off };

    /// <inheritdoc/>
    public override async Task<byte[]> ReadEverythingAsync() => Encoding.UTF8.GetBytes(await Database.DumpAsync());

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Database.DisposeAsync();
    }
}
