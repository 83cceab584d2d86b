using Nexus.Errors;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Adoption;

// What an adoption promises, on a database whose role carries every hostile setting. The zone is left out: naive times mean the zone that it names.

internal static class Hostile
{
    public static void Begin() => LegacyDatabase.BeHostile(HostileSettings.All.Keys.Where(name => name != "TimeZone"));
}

public sealed class HostileAdoptedRowsTests : AdoptedRowsTests
{
    public HostileAdoptedRowsTests() => Hostile.Begin();
}

public sealed class HostileAdoptedBotStateTests : AdoptedBotStateTests
{
    public HostileAdoptedBotStateTests() => Hostile.Begin();
}

public sealed class HostileAdoptedKeysTests : AdoptedKeysTests
{
    public HostileAdoptedKeysTests() => Hostile.Begin();
}

public sealed class HostileAdoptedSecretsTests : AdoptedSecretsTests
{
    public HostileAdoptedSecretsTests() => Hostile.Begin();
}

public sealed class HostileInterruptedAdoptionTests : InterruptedAdoptionTests
{
    public HostileInterruptedAdoptionTests() => Hostile.Begin();
}

public sealed class HostileJournalMoveTests : JournalMoveTests
{
    public HostileJournalMoveTests() => Hostile.Begin();
}

public sealed class HostileSettingAdoptionTests
{
    [Fact]
    public async Task The_settings_are_in_force_for_whoever_sets_nothing()
    {
        Hostile.Begin();
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Sessions);
        var owner = new Uri(database.Options.Database!).UserInfo.Split(':')[0];
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(database.Database.Cluster.ConnectionString(database.Database.Name, user: owner))
        {
            Options = "-c statement_timeout=0 -c idle_session_timeout=0",
        };
        await using var source = Npgsql.NpgsqlDataSource.Create(settings.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var command = new Npgsql.NpgsqlCommand("SELECT current_setting('search_path')", connection);
        Assert.Equal("nowhere", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_read_only_database_ends_the_adoption_before_it_changes_anything()
    {
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Sessions, LegacyDatabase.Users, LegacyDatabase.Journal,
            "INSERT INTO sessions (chat_id, api_key) VALUES ('1', 'plain'); INSERT INTO trade_journal (chat_id, symbol) VALUES ('1', 'X')");
        var before = await database.DumpAsync();
        await database.Database.ExecuteAsync($"ALTER DATABASE {database.Database.Name} SET default_transaction_read_only = on");

        await Assert.ThrowsAnyAsync<NexusException>(() => database.AdoptAsync());

        await database.Database.ExecuteAsync($"ALTER DATABASE {database.Database.Name} RESET ALL");
        Assert.Equal(before, await database.DumpAsync());
    }
}
