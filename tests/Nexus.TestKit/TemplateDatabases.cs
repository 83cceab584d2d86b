namespace Nexus.TestKit;

/// <summary>Databases that are filled once and then copied, which costs a fraction of creating a schema.</summary>
internal sealed class TemplateDatabases(PostgresCluster cluster)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task<string>> _templates = new(StringComparer.Ordinal);

    public Task<string> GetAsync(string key, Func<TestDatabase, Task> fill)
    {
        lock (_gate)
        {
            if (!_templates.TryGetValue(key, out var template)) _templates[key] = template = CreateAsync(fill);
            return template;
        }
    }

    private async Task<string> CreateAsync(Func<TestDatabase, Task> fill)
    {
        var database = await TestDatabase.CreateAsync(cluster);
        await fill(database);
        await database.CloseConnectionsAsync();
        // A copy fails while anybody is connected to the original.
        await database.RunOnServersAsync(
            $"ALTER DATABASE {database.Name} WITH ALLOW_CONNECTIONS false",
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database.Name}'");
        return database.Name;
    }
}
