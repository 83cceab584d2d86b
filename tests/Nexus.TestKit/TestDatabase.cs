using Npgsql;

namespace Nexus.TestKit;

/// <summary>A database of one test, dropped at disposal although clients may still be connected.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private NpgsqlDataSource? _dataSource;

    internal TestDatabase(PostgresCluster cluster, string name) => (Cluster, Name) = (cluster, name);

    /// <summary>The server.</summary>
    public PostgresCluster Cluster { get; }

    /// <summary>The database's name, safe to write into SQL as it is.</summary>
    public string Name { get; }

    /// <summary>In key=value form.</summary>
    public string ConnectionString => Cluster.ConnectionString(Name);

    /// <summary>As a URL.</summary>
    public string Url => Cluster.Url(Name);

    /// <summary>Creates an empty database, or a copy of a template.</summary>
    /// <param name="cluster">The shared server when left out.</param>
    /// <param name="template">A name from <see cref="PostgresCluster.TemplateAsync"/>.</param>
    public static async Task<TestDatabase> CreateAsync(PostgresCluster? cluster = null, string? template = null)
    {
        cluster ??= await PostgresCluster.SharedAsync();
        var database = new TestDatabase(cluster, $"nexus_test_{Guid.NewGuid():n}");
        await database.RunOnServersAsync($"CREATE DATABASE {database.Name}" + (template is null ? "" : $" TEMPLATE {template}"));
        if (template is null && cluster.Workers.Count > 0) await CitusCluster.ConnectAsync(database);
        return database;
    }

    /// <summary>A pool of the test's own, apart from the one under test.</summary>
    public NpgsqlDataSource DataSource => _dataSource ??= NpgsqlDataSource.Create(ConnectionString);

    /// <summary>Runs statements.</summary>
    /// <param name="sql">One statement when there are parameters ($1, $2, …), any number otherwise.</param>
    /// <returns>Rows affected.</returns>
    public async Task<int> ExecuteAsync(string sql, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first column of every row.</summary>
    public async Task<List<T>> QueryAsync<T>(string sql, params object?[] parameters) =>
        [.. (await QueryRowsAsync(sql, parameters)).Select(row => (T)row[0]!)];

    /// <summary>Every row; NULL is null.</summary>
    public async Task<List<object?[]>> QueryRowsAsync(string sql, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<object?[]>();
        while (await reader.ReadAsync())
        {
            var row = new object?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++) row[i] = await reader.IsDBNullAsync(i) ? null : reader.GetValue(i);
            rows.Add(row);
        }
        return rows;
    }

    /// <summary>The one value that the statement returns.</summary>
    public async Task<T> ScalarAsync<T>(string sql, params object?[] parameters)
    {
        await using var command = Command(sql, parameters);
        var value = await command.ExecuteScalarAsync();
        return value is null or DBNull ? default! : (T)value;
    }

    /// <summary>Everything in it as SQL text.</summary>
    public async Task<string> DumpAsync(params string[] options)
    {
        var environment = new Dictionary<string, string?> { ["PGPASSWORD"] = Cluster.Password };
        var (exitCode, output, error) = await ChildProcess.RunAsync(Cluster.Binaries["pg_dump"], [.. options, "--dbname", Cluster.Url(Name)],
            environment);
        return exitCode == 0 ? output : throw new InvalidOperationException(error);
    }

    /// <summary>Closes the test's own pool.</summary>
    public async Task CloseConnectionsAsync()
    {
        if (_dataSource is { } dataSource) await dataSource.DisposeAsync();
        _dataSource = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await CloseConnectionsAsync();
        if (!Cluster.IsRunning) return; // A test stopped it: the database goes with the server's folder.
        await RunOnServersAsync($"DROP DATABASE IF EXISTS {Name} WITH (FORCE)");
    }

    /// <summary>Runs statements in the maintenance database of its server, and in those of the server's workers.</summary>
    internal async Task RunOnServersAsync(params string[] statements)
    {
        foreach (var server in (PostgresCluster[])[Cluster, .. Cluster.Workers])
        {
            await using var maintenance = new NpgsqlConnection(server.ConnectionString() + ";Pooling=false");
            await maintenance.OpenAsync();
            foreach (var sql in statements)
            {
                await using var command = new NpgsqlCommand(sql, maintenance);
                await command.ExecuteNonQueryAsync();
            }
        }
    }

    private NpgsqlCommand Command(string sql, object?[] parameters)
    {
        var command = DataSource.CreateCommand(sql);
        foreach (var value in parameters) command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        return command;
    }
}
