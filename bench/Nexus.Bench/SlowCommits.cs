using System.Globalization;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Bench;

/// <summary>A server whose commits wait for a synchronous standby over a network that takes some milliseconds.</summary>
internal sealed class SlowCommits : IAsyncDisposable
{
    private readonly PostgresCluster _primary;
    private readonly TcpProxy _network;
    private readonly PostgresCluster _standby;

    private SlowCommits(PostgresCluster primary, TcpProxy network, PostgresCluster standby, TestDatabase database) =>
        (_primary, _network, _standby, Database) = (primary, network, standby, database);

    public TestDatabase Database { get; }

    /// <param name="roundTrip">How long the network takes, there and back.</param>
    public static async Task<SlowCommits> StartAsync(TimeSpan roundTrip)
    {
        var primary = await PostgresCluster.StartAsync();
        var database = await TestDatabase.CreateAsync(primary);
        var standby = await primary.StartStandbyAsync();
        var network = new TcpProxy(primary.Host, primary.Port) { Delay = roundTrip / 2 };
        var port = network.Port.ToString(CultureInfo.InvariantCulture);
        await SetAsync(standby, "primary_conninfo", $"host={primary.Host} port={port} user={primary.User}");
        await Eventually.TrueAsync(() => network.Connections > 0);
        await SetAsync(primary, "synchronous_standby_names", "*");
        await using var source = NpgsqlDataSource.Create(primary.ConnectionString());
        await using var query = source.CreateCommand("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'");
        await Eventually.TrueAsync(async () => await query.ExecuteScalarAsync() is 1L);
        return new SlowCommits(primary, network, standby, database);
    }

    public async ValueTask DisposeAsync()
    {
        await SetAsync(_primary, "synchronous_standby_names", "");
        await Database.DisposeAsync();
        await _standby.DisposeAsync();
        await _network.DisposeAsync();
        await _primary.DisposeAsync();
    }

    private static async Task SetAsync(PostgresCluster cluster, string name, string value)
    {
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString());
        foreach (var sql in (string[])[$"ALTER SYSTEM SET {name} = '{value}'", "SELECT pg_reload_conf()"])
        {
            await using var command = source.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }
}
