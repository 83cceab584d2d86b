using Nexus.TestKit;
using Npgsql;

namespace Nexus.Audit.Tests;

/// <summary>A scratch database on a server with pg_stat_statements, a workload, and a check of it.</summary>
internal sealed class AuditCase : IAsyncDisposable
{
    private static readonly Lock Gate = new();
    private static Task<PostgresCluster>? _shared;

    private readonly List<string> _roles = [];

    private AuditCase(TestDatabase database) => Database = database;

    /// <summary>The database, as superuser.</summary>
    public TestDatabase Database { get; }

    /// <summary>The server that audit tests share; nobody stops it or changes its settings.</summary>
    public static Task<PostgresCluster> SharedClusterAsync()
    {
        lock (Gate) return _shared ??= PostgresCluster.StartAsync(new PostgresClusterOptions { Settings = Settings });
    }

    /// <summary>What a server needs for every check.</summary>
    public static Dictionary<string, string> Settings => new()
    {
        ["shared_preload_libraries"] = "pg_stat_statements",
        ["pg_stat_statements.track_planning"] = "on",
        // Every test has a database of its own on one server: together they must not push each other's statements out.
        ["pg_stat_statements.max"] = "50000",
        ["max_prepared_transactions"] = "10",
    };

    /// <summary>Creates the database and runs <paramref name="sql"/> in it.</summary>
    /// <param name="sql">Tables and rows of the case.</param>
    /// <param name="cluster">A server of the test's own, for what concerns the whole server.</param>
    /// <param name="statements">Whether pg_stat_statements is installed.</param>
    public static async Task<AuditCase> CreateAsync(string? sql = null, PostgresCluster? cluster = null, bool statements = true)
    {
        var audited = new AuditCase(await TestDatabase.CreateAsync(cluster ?? await SharedClusterAsync()));
        if (statements) await audited.Database.ExecuteAsync("CREATE EXTENSION pg_stat_statements");
        if (sql is not null) await audited.Database.ExecuteAsync(sql);
        return audited;
    }

    /// <summary>A role that may log in, dropped with the case.</summary>
    /// <param name="rights">Statements with <c>{0}</c> in place of its name, such as <c>GRANT pg_monitor TO {0}</c>.</param>
    public async Task<string> CreateRoleAsync(params string[] rights)
    {
        var name = $"audit_{Guid.NewGuid():n}"[..30];
        await Database.ExecuteAsync($"CREATE ROLE {name} LOGIN");
        _roles.Add(name);
        foreach (var right in rights) await Database.ExecuteAsync(string.Format(right, name));
        return name;
    }

    /// <summary>A connection of its own, outside of any pool.</summary>
    /// <param name="application">Its application_name.</param>
    /// <param name="user">The superuser when left out.</param>
    public async Task<NpgsqlConnection> ConnectAsync(string application = "test", string? user = null)
    {
        var settings = new NpgsqlConnectionStringBuilder(Database.Cluster.ConnectionString(Database.Name, user))
        {
            Pooling = false,
            ApplicationName = application,
        };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Runs statements over that connection.</summary>
    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Makes one check over a window while the workload runs.</summary>
    /// <param name="id">The check.</param>
    /// <param name="during">Called again and again until the window is over; it starts before.</param>
    /// <param name="window">One second when left out and there is a workload, otherwise 100 ms.</param>
    /// <param name="user">Who audits; the superuser when left out.</param>
    public async Task<CheckResult> CheckAsync(string id, Func<CancellationToken, Task>? during = null, TimeSpan? window = null,
        string? user = null) =>
        Assert.Single((await AuditAsync(during, window, user, id)).Checks);

    /// <summary>The same with a check whose thresholds are the test's own.</summary>
    public async Task<CheckResult> CheckAsync(AuditCheck check, Func<CancellationToken, Task>? during = null, string? user = null) =>
        Assert.Single((await RunAsync(Options(null, during is not null, user) with { Checks = [check] }, during)).Checks);

    /// <summary>The same with several.</summary>
    public Task<AuditResult> AuditAsync(IReadOnlyList<AuditCheck> checks) =>
        RunAsync(Options(null, hasWorkload: false, null) with { Checks = checks }, null);

    /// <summary>As CheckAsync, with all checks or some.</summary>
    public Task<AuditResult> AuditAsync(Func<CancellationToken, Task>? during = null, TimeSpan? window = null, string? user = null,
        params string[] only) =>
        RunAsync(Options(window, during is not null, user) with { Only = only }, during);

    private AuditOptions Options(TimeSpan? window, bool hasWorkload, string? user) => new()
    {
        ConnectionString = Database.Cluster.ConnectionString(Database.Name, user),
        AllowSuperuser = true,
        Window = window ?? (hasWorkload ? TimeSpan.FromSeconds(1) : TimeSpan.FromMilliseconds(100)),
    };

    private async Task<AuditResult> RunAsync(AuditOptions options, Func<CancellationToken, Task>? during)
    {
        await SettleAsync();
        using var over = new CancellationTokenSource();
        var workload = during is null ? Task.CompletedTask : Task.Run(() => RepeatAsync(during, over.Token));
        try
        {
            if (during is not null) await Task.WhenAny(workload, Task.Delay(TimeSpan.FromSeconds(0.3)));
            if (workload.IsFaulted) await workload;
            var result = await new AuditRunner(options).RunAsync(null, CancellationToken.None);
            AssertTexts(result);
            return result;
        }
        finally
        {
            await over.CancelAsync();
            await workload;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var cluster = Database.Cluster;
        await Database.DisposeAsync();
        if (_roles.Count == 0 || !cluster.IsRunning) return;
        await using var maintenance = NpgsqlDataSource.Create(cluster.ConnectionString());
        foreach (var role in _roles)
        {
            await using var command = maintenance.CreateCommand($"DROP OWNED BY {role}; DROP ROLE {role}");
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>
    /// A server process that is idle keeps its last counts to itself for up to ten seconds, and hands them over when it ends: closes the case's own
    /// connections and waits for that. Connections that a test holds on purpose make it wait for a moment only.
    /// </summary>
    public async Task SettleAsync()
    {
        await Database.CloseConnectionsAsync();
        await using var maintenance = NpgsqlDataSource.Create(Database.Cluster.ConnectionString());
        for (var waited = 0; waited < 20; waited++)
        {
            await using var command = maintenance.CreateCommand(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'");
            command.Parameters.Add(new NpgsqlParameter { Value = Database.Name });
            if (await command.ExecuteScalarAsync() is 0L) return;
            await Task.Delay(50);
        }
    }

    private static async Task RepeatAsync(Func<CancellationToken, Task> work, CancellationToken over)
    {
        try
        {
            while (!over.IsCancellationRequested) await work(over);
        }
        catch (Exception error) when (over.IsCancellationRequested
            && error is OperationCanceledException or PostgresException { SqlState: PostgresErrorCodes.QueryCanceled })
        {
            // The window is over.
        }
    }

    /// <summary>Whatever is found reads in both languages, and no check fails by a defect of its own.</summary>
    private static void AssertTexts(AuditResult result)
    {
        foreach (var check in result.Checks)
        {
            foreach (var finding in check.Findings)
            {
                CatalogueTests.AssertBoth(finding.Found);
                CatalogueTests.AssertBoth(finding.Fix.Advice);
                Assert.All(finding.Evidence, evidence => Assert.Matches("^[a-z][A-Za-z0-9]*$", evidence.Name));
                Assert.False(string.IsNullOrWhiteSpace(finding.Object));
                Assert.All(finding.Fix.Sql, sql => Assert.False(sql.EndsWith(';')));
                if (finding.Fix.CanApply) Assert.NotEmpty(finding.Fix.Sql);
            }
            foreach (var notSeen in check.NotSeen)
            {
                CatalogueTests.AssertBoth(notSeen.Reason);
                Assert.DoesNotContain("unexpectedly", notSeen.Reason.En, StringComparison.Ordinal);
                Assert.DoesNotContain("SQLSTATE", notSeen.Reason.En, StringComparison.Ordinal);
            }
        }
    }
}
