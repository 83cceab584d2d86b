using Nexus.Failover;
using Nexus.Secrets;
using Nexus.TestKit;

namespace Nexus.Faults.Tests;

/// <summary>An instance that dies between a commit and its notice: the others find out by its silence.</summary>
public sealed class KilledNotifierTests
{
    private const string Notifiers =
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%set_config(''synchronous_commit''%'";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_user_whose_removal_was_never_announced_is_denied_within_the_bound(bool isKilledDuringTheCommit)
    {
        // A frozen process may hold what all databases of the server wait for.
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        var options = new NexusOptions { Database = database.Url, Keys = KeyRing.GenerateKey(), Fallback = FallbackMode.Off };
        await using var here = await NexusDb.OpenAsync(options, cancellationToken: Token);
        await here.Users.SaveAsync(7, "n", days: null, cancellationToken: Token);
        var own = await database.QueryAsync<int>(Notifiers);
        await using var victim = ChildProcess.Start("dotnet",
            ["exec", Path.Combine(AppContext.BaseDirectory, "Nexus.Faults.dll"), "remover", database.Url, options.Keys!, "7"]);
        await victim.ReadLineAsync(line => line == "open");
        await Eventually.TrueAsync(async () => (await database.QueryAsync<int>(Notifiers)).Count == 2);
        var notifier = Assert.Single((await database.QueryAsync<int>(Notifiers)).Except(own));
        Assert.True((await here.Users.CheckAccessAsync(7, Token)).Allowed);

        if (isKilledDuringTheCommit) await RemoveLateAsync(database, victim);
        else
        {
            ChildProcess.Send(notifier, ChildProcess.SigStop);
            await victim.Input.WriteLineAsync("remove");
            await victim.ReadLineAsync(line => line == "removed");
            await victim.KillAsync();
        }
        var removed = TimeProvider.System.GetTimestamp();
        try
        {
            await Eventually.TrueAsync(async () => !(await here.Users.CheckAccessAsync(7, Token)).Allowed);
            // Three seconds; the rest is for a slow machine.
            Assert.True(TimeProvider.System.GetElapsedTime(removed) < TimeSpan.FromSeconds(15));
        }
        finally
        {
            ChildProcess.Send(notifier, ChildProcess.SigCont);
        }
    }

    /// <summary>The statement waits for a lock until after the death of its instance, and is committed all the same.</summary>
    private static async Task RemoveLateAsync(TestDatabase database, ChildProcess victim)
    {
        await using var connection = await database.DataSource.OpenConnectionAsync(Token);
        await using var transaction = await connection.BeginTransactionAsync(Token);
        await using (var command = connection.CreateCommand())
        {
            command.CommandText = "SELECT FROM users WHERE chat_id = '7' FOR UPDATE";
            await command.ExecuteNonQueryAsync(Token);
        }
        await victim.Input.WriteLineAsync("remove");
        await Eventually.TrueAsync(async () => await database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'") == 1);
        await victim.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(1.2), Token);
        await transaction.CommitAsync(Token);
        await Eventually.TrueAsync(async () => await database.ScalarAsync<long>("SELECT count(*) FROM users") == 0);
    }
}
