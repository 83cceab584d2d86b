using Nexus.TestKit;
using Npgsql;

namespace Nexus.Postgres.Tests.Migrations;

/// <summary>A migrator on a database of its own, with a pool as the engine has it.</summary>
internal sealed class MigrationFixture(TestDatabase database, string schema) : IAsyncDisposable
{
    private readonly List<NpgsqlDataSource> _sources = [];

    public TestDatabase Database => database;

    public List<MigrationStep> Steps { get; } = [];

    public static async Task<MigrationFixture> CreateAsync(string schema = "public") => new(await TestDatabase.CreateAsync(), schema);

    public PostgresMigrator Migrator(MigrationSet? known = null, MigrationLimits? limits = null, string? user = null)
    {
        var source = PostgresDataSource.Create(new NexusOptions
        {
            Database = database.Cluster.Url(database.Name, user) + "&application_name=migrator",
            Schema = schema,
            MinPoolSize = 0,
            MaxPoolSize = 2,
        }.ForPostgres());
        _sources.Add(source);
        return new PostgresMigrator(source, schema)
        {
            Known = known ?? MigrationSet.Embedded,
            Limits = limits
            ?? new MigrationLimits { Poll = TimeSpan.FromMilliseconds(20) }
        };
    }

    public Task MigrateAsync(MigrationSet? known = null, MigrationLimits? limits = null) =>
        Migrator(known, limits).MigrateAsync(Progress, CancellationToken.None);

    public IProgress<MigrationStep> Progress => new Recorder(Steps);

    public static MigrationSet Set(params string[] texts) => new(texts.Select((text, i) => Migration.Parse($"{i + 1:0000}_step{i + 1}.sql", text)));

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources) await source.DisposeAsync();
        await database.DisposeAsync();
    }

    /// <summary>Unlike Progress, which reports on other threads, later.</summary>
    private sealed class Recorder(List<MigrationStep> steps) : IProgress<MigrationStep>
    {
        public void Report(MigrationStep value)
        {
            lock (steps) steps.Add(value);
        }
    }
}
