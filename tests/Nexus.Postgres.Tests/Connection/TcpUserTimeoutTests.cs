using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Connection;

/// <summary>The limit is set through members that the driver does not publish: an upgrade of the driver without them fails here.</summary>
public sealed class TcpUserTimeoutTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(30, 32)]
    [InlineData(600, 602)]
    [InlineData(601, 0)]
    public async Task Every_connection_has_the_limit_of_its_command_timeout(int command, int expected)
    {
        await using var database = await TestDatabase.CreateAsync();
        foreach (var use in Enum.GetValues<ConnectionUse>())
        {
            var options = new NexusOptions { Database = database.Url, MinPoolSize = 0, CommandTimeout = TimeSpan.FromSeconds(command) };
            await using var source = PostgresDataSource.Create(options.ForPostgres(), use: use);
            await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);

            Assert.Equal(TimeSpan.FromSeconds(expected), TcpUserTimeout.Get(connection));
        }
    }

    [Fact]
    public async Task No_command_timeout_means_no_limit()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var source = PostgresDataSource.Create(
            new NexusOptions { Database = database.ConnectionString + ";Command Timeout=0", MinPoolSize = 0 }.ForPostgres());
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);

        Assert.Equal(TimeSpan.Zero, TcpUserTimeout.Get(connection));
    }
}
