using Nexus.TestKit;
using Npgsql;

namespace Nexus.Postgres.Tests.Kit;

public sealed class TcpProxyTests
{
    [Fact]
    public async Task Bytes_pass_and_are_counted_and_a_cut_breaks_the_connection()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var proxy = new TcpProxy(database.Cluster.Host, database.Cluster.Port);
        await using var connection = await OpenAsync(database, proxy);

        Assert.Equal(1, await OneAsync(connection));
        Assert.True(proxy.BytesToServer > 0 && proxy.BytesToClient > 0);
        Assert.Equal((1, 1), (proxy.Connections, proxy.OpenConnections));

        proxy.CutAll();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => OneAsync(connection));
    }

    [Fact]
    public async Task An_answer_can_be_lost_after_the_server_did_the_work()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE t (a int)");
        await using var proxy = new TcpProxy(database.Cluster.Host, database.Cluster.Port);
        await using var connection = await OpenAsync(database, proxy);
        proxy.Judge = (way, _) => way == Way.ToClient ? Verdict.Cut : Verdict.Pass;

        await using var insert = new NpgsqlCommand("INSERT INTO t VALUES (1)", connection);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => insert.ExecuteNonQueryAsync(TestContext.Current.CancellationToken));

        Assert.Equal([1], await database.QueryAsync<int>("SELECT a FROM t"));
    }

    [Fact]
    public async Task Held_bytes_arrive_when_they_are_released()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var proxy = new TcpProxy(database.Cluster.Host, database.Cluster.Port);
        await using var connection = await OpenAsync(database, proxy);
        proxy.Hold();

        var answer = OneAsync(connection);
        await Task.Delay(100, TestContext.Current.CancellationToken);
        Assert.False(answer.IsCompleted);
        proxy.Release();

        Assert.Equal(1, await answer);
    }

    [Fact]
    public async Task A_proxy_that_refuses_takes_nobody()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var proxy = new TcpProxy(database.Cluster.Host, database.Cluster.Port) { Refusing = true };

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => OpenAsync(database, proxy));
        proxy.Refusing = false;
        await using var connection = await OpenAsync(database, proxy);
        Assert.Equal(1, await OneAsync(connection));
    }

    private static async Task<NpgsqlConnection> OpenAsync(TestDatabase database, TcpProxy proxy)
    {
        var connection = new NpgsqlConnection(database.Cluster.ConnectionString(database.Name, port: proxy.Port) + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        return connection;
    }

    private static async Task<int> OneAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        return (int)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }
}
