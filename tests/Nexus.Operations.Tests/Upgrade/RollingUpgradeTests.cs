using System.Text.Json;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Operations.Tests.Upgrade;

/// <summary>A program of an earlier version beside this one on the same database, as during a rolling upgrade.</summary>
public sealed class RollingUpgradeTests
{
    public static TheoryData<string> Versions => [.. EarlierVersion.All];

    /// <summary>It starts on the newer schema unless the schema says that it cannot use it, and only then is it refused.</summary>
    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_earlier_version_is_refused_by_name_only_where_the_schema_demands_it(string version)
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var source = PostgresDataSource.Create(new NexusOptions { Database = database.Url, MinPoolSize = 0 }.ForPostgres());
        await new PostgresMigrator(source, "public").MigrateAsync(null, CancellationToken.None);
        var newest = EarlierVersion.Newest(version);
        var minimum = MigrationSet.Embedded.MinimumReader(MigrationSet.Embedded.Newest);
        var older = new PostgresMigrator(source, "public") { Known = new MigrationSet(MigrationSet.Embedded.All.Take(newest)) };

        if (newest < minimum)
        {
            var error = await Assert.ThrowsAsync<StoreIncompatibleException>(() => older.MigrateAsync(null, CancellationToken.None));
            Assert.Contains($"needs a newer Nexus: it requires migration {minimum:0000}", error.Message, StringComparison.Ordinal);
            return;
        }
        await older.MigrateAsync(null, CancellationToken.None);
        await using var own = await EarlierVersion.RestoreAsync(version);
        Assert.Empty((await PreparableAsync(own, version)).Except(await PreparableAsync(database, version)));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Most_recorded_statements_of_an_earlier_version_can_be_prepared_on_its_own_schema(string version)
    {
        await using var database = await EarlierVersion.RestoreAsync(version);
        var prepared = await PreparableAsync(database, version);
        Assert.True(prepared.Count >= 15 && prepared.Count * 2 > Statements(version).Count, $"{prepared.Count} of {Statements(version).Count}");
    }

    private static List<string> Statements(string version) =>
        [.. EarlierVersion.Read(version, "statements.jsonl").Split('\n').Select(line => JsonSerializer.Deserialize<string>(line)!)];

    /// <summary>
    /// The statements whose tables, columns and functions the schema has. Some cannot be prepared on any schema: the record lacks the types of the
    /// parameters, which the program names.
    /// </summary>
    private static async Task<List<string>> PreparableAsync(TestDatabase database, string version)
    {
        var prepared = new List<string>();
        await using var connection = await database.DataSource.OpenConnectionAsync();
        foreach (var (number, statement) in Statements(version).Index())
        {
            try
            {
                await using var command = new NpgsqlCommand($"PREPARE s{number} AS {statement}", connection);
                await command.ExecuteNonQueryAsync();
                prepared.Add(statement);
            }
            catch (PostgresException)
            {
                // The caller compares two schemas.
            }
        }
        return prepared;
    }
}
