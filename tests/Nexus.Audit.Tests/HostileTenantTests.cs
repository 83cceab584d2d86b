using System.Net;
using System.Net.Sockets;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Audit.Tests;

/// <summary>Whatever a tenant attaches to his tables, nothing of it runs in the audit's name, and what is honest is still measured.</summary>
public sealed class HostileTenantTests : IAsyncLifetime
{
    private PostgresCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await HostileTenant.StartClusterAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Nothing_of_a_tenant_runs_and_his_honest_tables_are_measured(bool asSuperuser)
    {
        using var far = new TcpListener(IPAddress.Loopback, 0);
        far.Start();
        await using var audited = await AuditCase.CreateAsync(cluster: _cluster);
        await HostileTenant.PlantAsync(audited, ((IPEndPoint)far.LocalEndpoint).Port);
        var auditor = asSuperuser ? null : await audited.CreateRoleAsync("GRANT pg_monitor, pg_read_all_data TO {0}");
        // What a database presets holds for every session that does not say otherwise.
        foreach (var preset in (string[])["search_path = evil, public, pg_catalog", "row_security = on", "standard_conforming_strings = off",
            "client_min_messages = debug1", "default_transaction_isolation = serializable", "quote_all_identifiers = on"])
            await audited.Database.ExecuteAsync($"ALTER DATABASE {audited.Database.Name} SET {preset}");

        var result = await audited.AuditAsync(user: auditor);

        await AssertDetectsAsync(audited);
        Assert.Empty(HostileTenant.Ran(_cluster));
        Assert.False(far.Pending());
        foreach (var id in (string[])["J1", "S4"])
        {
            var check = result.Checks.Single(check => check.Check.Id == id);
            foreach (var table in HostileTenant.Attached.Keys.Append("partitioned")) Assert.Contains(check.NotSeen,
                notSeen => notSeen.Reason.En.StartsWith($"evil.{table} was not sampled", StringComparison.Ordinal));
            if (!asSuperuser) Assert.Contains(check.NotSeen,
                notSeen => notSeen.Reason.En.StartsWith("evil.protected was not sampled: its row security", StringComparison.Ordinal));
            foreach (var table in (string[])["clean", "defaulted", "triggered", "domain_column", "ranged", "spread"]) Assert.Contains(check.Findings,
                finding => finding.Object.StartsWith($"evil.{table}.", StringComparison.Ordinal));
        }
        Assert.Contains(result.Checks.Single(check => check.Check.Id == "I2").Findings, finding => finding.Object == "evil.big (email)");
        Assert.Contains(result.Checks.Single(check => check.Check.Id == "J2").Findings, finding => finding.Object == "evil.big.config ->>");
        // Nor is anything applied that would make the server run it.
        var hostile = HostileTenant.Attached.Keys.Append("ranged").Select(table => $"evil.{table}").ToHashSet();
        var report = new ReportBuilder(result, AuditLanguage.English).Build();
        Assert.Contains(report.Findings, finding => finding.Id == "V2" || finding.Id == "I8");
        Assert.All(report.Findings.Where(finding => hostile.Contains(finding.Object) && finding.Fix.Evaluates.Count > 0),
            finding => Assert.False(finding.Fix.CanApply));
    }

    /// <summary>What only writing statistics or indexes would run, not reading: the length of ranges, and a foreign server behind a child.</summary>
    [Theory]
    [InlineData("span evil.span", "evil.span(i, i + 1)", "")]
    [InlineData("span evil.spans", "evil.spans(evil.span(i, i + 1))", "")]
    [InlineData("span evil.wrapped", "evil.span(i, i + 1)", "")]
    [InlineData("span int", "i", "CREATE FOREIGN TABLE evil.far_heir () INHERITS (evil.filled) SERVER elsewhere")]
    [InlineData("span int", "i", "CREATE TABLE evil.near_heir () INHERITS (evil.filled); CREATE INDEX ON evil.near_heir (id) WHERE evil.run('heir')")]
    public async Task Fixes_that_analyse_are_not_applied_where_that_would_run_a_tenants_code(string column, string value, string after)
    {
        using var far = new TcpListener(IPAddress.Loopback, 0);
        far.Start();
        await using var audited = await AuditCase.CreateAsync(cluster: _cluster);
        var tenant = await HostileTenant.PlantAsync(audited, ((IPEndPoint)far.LocalEndpoint).Port);
        // A session that ends reports what it counted.
        await using (var connection = await audited.ConnectAsync("planting", tenant)) await AuditCase.ExecuteAsync(connection,
            $"CREATE DOMAIN evil.wrapped AS evil.span; CREATE TABLE evil.filled (id int PRIMARY KEY, {column}); INSERT INTO evil.filled "
            + $"SELECT i, {value} FROM generate_series(1, 2000) i; {after}");

        var finding = (await audited.CheckAsync("V2")).ExpectFinding(objectPart: "evil.filled");
        Assert.False(finding.Fix.CanApply);
        Assert.Contains("not applied automatically", finding.Fix.Advice.En, StringComparison.Ordinal);
        Assert.Empty(HostileTenant.Ran(_cluster));
        Assert.False(far.Pending());
        // That this matters: who analyses it runs it, or asks the foreign server.
        await using var unwary = await audited.ConnectAsync("unwary");
        var analysing = AuditCase.ExecuteAsync(unwary, "SET search_path = pg_catalog; ANALYZE evil.filled");
        if (after.Contains("far_heir", StringComparison.Ordinal)) await Eventually.TrueAsync(() => Task.FromResult(far.Pending()));
        else if (after.Length == 0) await Eventually.TrueAsync(() => Task.FromResult(HostileTenant.Ran(_cluster, "unwary").Any()));
        far.Stop();
        await Record.ExceptionAsync(() => analysing);
    }

    [Fact]
    public async Task An_index_that_comes_and_goes_while_a_table_is_sampled_never_runs()
    {
        await using var audited = await AuditCase.CreateAsync(cluster: _cluster);
        var tenant = await HostileTenant.PlantAsync(audited, 1);
        var auditor = await audited.CreateRoleAsync("GRANT pg_monitor, pg_read_all_data TO {0}");
        using var over = new CancellationTokenSource();
        await using var connection = await audited.ConnectAsync("racing", tenant);
        var race = Task.Run(async () =>
        {
            var turns = 0;
            while (!over.IsCancellationRequested)
            {
                await AuditCase.ExecuteAsync(connection,
                    "CREATE INDEX planted ON evil.clean (id) WHERE evil.run('race'); DROP INDEX evil.planted; CREATE STATISTICS evil.race ON "
                    + "(evil.f('race') || email), id FROM evil.clean; DROP STATISTICS evil.race");
                turns++;
            }
            return turns;
        });
        for (var i = 0; i < 6; i++) await new AuditRunner(Options(audited, i % 2 == 0 ? auditor : null) with { Only = ["J1", "S4"] }).RunAsync(null,
            CancellationToken.None);
        await over.CancelAsync();
        Assert.True(await race > 0);
        await AssertDetectsAsync(audited);
        Assert.Empty(HostileTenant.Ran(_cluster));
    }

    [Fact]
    public async Task Who_owns_the_schema_of_an_extension_cannot_put_a_function_in_its_place()
    {
        await using var audited = await AuditCase.CreateAsync(cluster: _cluster, statements: false);
        var tenant = await audited.CreateRoleAsync("CREATE SCHEMA evil AUTHORIZATION {0}");
        await audited.Database.ExecuteAsync(
            "CREATE EXTENSION pg_stat_statements SCHEMA evil; CREATE EXTENSION pgstattuple SCHEMA evil; GRANT USAGE ON SCHEMA evil TO PUBLIC; "
            + $"ALTER DATABASE {audited.Database.Name} OWNER TO {tenant}");
        var auditor = await audited.CreateRoleAsync("GRANT pg_monitor, pg_read_all_data TO {0}");
        foreach (var user in (string?[])[auditor, null]) (await audited.CheckAsync("Q3",
            user: user)).ExpectSkipped("ALTER EXTENSION pg_stat_statements SET SCHEMA");
        // The owner himself gains nothing by it.
        Assert.Null((await audited.AuditAsync(user: tenant, only: "Q3")).Server.StatementsMissing);
    }

    [Fact]
    public async Task A_superuser_is_refused_unless_asked_for_also_behind_a_role_or_a_membership()
    {
        await using var audited = await AuditCase.CreateAsync(cluster: _cluster);
        var plain = await audited.CreateRoleAsync();
        var member = await audited.CreateRoleAsync("GRANT postgres TO {0}");
        var reader = await audited.CreateRoleAsync("GRANT pg_read_server_files TO {0}");
        var hidden = await audited.CreateRoleAsync("ALTER ROLE {0} SUPERUSER", $"ALTER ROLE {{0}} SET role = {plain}");
        foreach (var user in (string?[])[null, member, reader, hidden])
        {
            var error = await Assert.ThrowsAsync<AuditException>(() =>
                new AuditRunner(Options(audited, user) with { AllowSuperuser = false }).RunAsync(null, CancellationToken.None));
            Assert.Equal(AuditErrorKind.PrivilegedRole, error.Kind);
            Assert.Contains("AllowSuperuser", error.Message, StringComparison.Ordinal);
            Assert.Contains("docs/audit.md", error.Message, StringComparison.Ordinal);
        }
        await new AuditRunner(Options(audited, plain) with { AllowSuperuser = false, Only = ["I1"] }).RunAsync(null, CancellationToken.None);
    }

    private static AuditOptions Options(AuditCase audited, string? user) =>
        new()
        {
            ConnectionString = audited.Database.Cluster.ConnectionString(audited.Database.Name, user),
            Window = TimeSpan.FromMilliseconds(100),
            AllowSuperuser = true
        };

    /// <summary>That these tests would notice: an unwary reader of the same tables leaves its trace.</summary>
    private async Task AssertDetectsAsync(AuditCase audited)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(_cluster.ConnectionString(audited.Database.Name))
            {
                Pooling = false,
                ApplicationName = "unwary",
                SearchPath = "pg_catalog"
            }.ConnectionString);
        await connection.OpenAsync();
        await AuditCase.ExecuteAsync(connection, "SELECT 1 FROM evil.index_predicate WHERE id = 1");
        await Eventually.TrueAsync(() => Task.FromResult(HostileTenant.Ran(_cluster, "unwary")
            .Any(line => line.Contains("index predicate", StringComparison.Ordinal))));
    }
}
