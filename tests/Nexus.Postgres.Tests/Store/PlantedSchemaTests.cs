using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>Nothing that another role plants in the schema runs as Nexus.</summary>
public class PlantedSchemaTests
{
    [Fact]
    public async Task What_is_planted_would_run_where_the_schema_is_on_the_search_path()
    {
        await using var home = await PlantedHome.CreateAsync();

        var error = await Assert.ThrowsAsync<Npgsql.PostgresException>(async () =>
        {
            await home.Database.ExecuteAsync("INSERT INTO users (chat_id) VALUES ('1')");
            await home.Database.ExecuteAsync("SELECT FROM users WHERE chat_id = $1", "1");
        });

        Assert.Equal("planted", error.MessageText);
    }

    [Fact]
    public async Task That_others_may_create_is_warned_about_at_the_start()
    {
        await using var home = await PlantedHome.CreateAsync();
        var logs = new RecordedLogs();

        await using var store = await home.OpenStoreAsync(logs);

        Assert.Contains("nexus_planter", Assert.Single(logs.Lines, line => line.Id.Id == 1120).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schema_of_ones_own_is_not_warned_about()
    {
        await using var home = await PostgresHome.CreateAsync();
        var logs = new RecordedLogs();

        await using var store = await home.OpenStoreAsync(logs);

        Assert.DoesNotContain(logs.Lines, line => line.Id.Id == 1120);
    }
}
