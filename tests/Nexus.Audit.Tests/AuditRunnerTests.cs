namespace Nexus.Audit.Tests;

/// <summary>What the engine does whatever the check.</summary>
public sealed class AuditRunnerTests
{
    private sealed class Stub(string id, Func<CheckContext, Task<IReadOnlyList<Finding>>> find) : AuditCheck
    {
        public override string Id => id;

        public override Bilingual Title { get; } = new("stub", "prueba");

        public override Bilingual Positive { get; } = new("fine", "correcto");

        public override Bilingual SeverityRule { get; } = new("none", "ninguna");

        public override Bilingual FalsePositives { get; } = new("none", "ninguno");

        public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context) => find(context);
    }

    private sealed class FromTheFuture : AuditCheck
    {
        public override string Id => "X9";

        public override Bilingual Title { get; } = new("future", "futuro");

        public override Bilingual Positive { get; } = new("fine", "correcto");

        public override Bilingual SeverityRule { get; } = new("none", "ninguna");

        public override Bilingual FalsePositives { get; } = new("none", "ninguno");

        public override int MinimumServerVersion => 990_000;

        public override Task<IReadOnlyList<Finding>> FindAsync(CheckContext context) => throw new InvalidOperationException("must not run");
    }

    [Fact]
    public async Task A_check_that_fails_in_any_way_is_skipped_and_the_next_runs()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int); CREATE TABLE locked (id int)");
        await using var holder = await audited.ConnectAsync();
        await AuditCase.ExecuteAsync(holder, "BEGIN; LOCK TABLE locked");
        var user = await audited.CreateRoleAsync("GRANT SELECT ON locked TO {0}");
        var result = await RunAsync(audited, user,
            Failing("X1", "SELECT 1 / 0"),
            Failing("X2", "SELECT * FROM public.t"),
            Failing("X3", "SELECT * FROM public.locked"),
            Failing("X4", "CREATE TABLE public.made ()"),
            new Stub("X5", _ => throw new InvalidCastException()),
            new FromTheFuture(),
            new Stub("X8", async context => (await context.QueryAsync("SELECT 1", row => row.GetInt32(0))).Count == 1
                ? [] : throw new InvalidOperationException()));

        string[] reasons = ["SQLSTATE 22012", "may not read", "locked", "SQLSTATE 25006", "failed unexpectedly (InvalidCastException)",
            "PostgreSQL 99"];
        Assert.Equal(reasons.Length + 1, result.Checks.Count);
        foreach (var (check, reason) in result.Checks.Zip(reasons))
        {
            Assert.Equal(CheckStatus.Skipped, check.Status);
            Assert.Contains(reason, Assert.Single(check.NotSeen).Reason.En, StringComparison.Ordinal);
        }
        Assert.Equal($"GRANT pg_monitor TO {user}", result.Checks[1].NotSeen[0].Grant);
        Assert.Equal(CheckStatus.Ok, result.Checks[^1].Status);
    }

    [Fact]
    public async Task What_could_not_be_seen_is_never_ok_and_takes_nothing_from_what_was_found()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int)");
        var user = await audited.CreateRoleAsync();
        var result = await RunAsync(audited, user,
            new Stub("X1", async context =>
            {
                Assert.Equal("42501", await context.TryAsync(() => context.QueryAsync("SELECT * FROM public.t", row => row.GetInt32(0))));
                context.CannotRead("public", "t");
                return [];
            }),
            new Stub("X2", context =>
            {
                context.CannotRead("public", "t");
                return Task.FromResult<IReadOnlyList<Finding>>([Found(AuditSeverity.High)]);
            }));
        result.Checks[0].ExpectSkipped($"GRANT SELECT ON public.t TO {user}");
        Assert.Equal(CheckStatus.Findings, result.Checks[1].Status);
        Assert.Single(result.Checks[1].NotSeen);
    }

    [Fact]
    public async Task A_reset_of_the_statistics_during_the_window_is_noticed()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int)");
        // Again and again: when the window begins is not known here.
        var result = await audited.CheckAsync("C1", async stop =>
        {
            await Task.Delay(300, CancellationToken.None);
            await audited.Database.ExecuteAsync("SELECT pg_stat_reset()");
        });
        Assert.Contains("reset during the window", Assert.Single(result.NotSeen).Reason.En, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_function_of_the_database_does_not_stand_in_for_one_of_the_server()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE FUNCTION public.count(bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'called'; END $$;
            CREATE FUNCTION public.lower(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'called'; END $$;
            """);
        var result = await RunAsync(audited, null,
            new Stub("X1", async context => (await context.QueryAsync("SELECT lower('A'), current_setting('search_path')", row => row.GetString(0)
                + row.GetString(1)))[0] == "apg_catalog, pg_temp" ? [] : [Found(AuditSeverity.High)]));
        Assert.Equal(CheckStatus.Ok, Assert.Single(result.Checks).Status);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(75, AuditSeverity.Critical)]
    [InlineData(85, AuditSeverity.High, AuditSeverity.High, AuditSeverity.High)]
    [InlineData(80, AuditSeverity.High, AuditSeverity.High, AuditSeverity.High, AuditSeverity.High, AuditSeverity.High, AuditSeverity.High,
        AuditSeverity.High)]
    [InlineData(96, AuditSeverity.Medium, AuditSeverity.Low)]
    [InlineData(100, AuditSeverity.Info)]
    public async Task The_score_falls_with_the_worst_of_a_check(int score, params object[] severities)
    {
        await using var audited = await AuditCase.CreateAsync();
        var result = await RunAsync(audited, null,
            new Stub("X1", _ => Task.FromResult<IReadOnlyList<Finding>>([.. severities.Select(severity => Found((AuditSeverity)severity))])));
        Assert.Equal(score, result.Score);
    }

    private static Stub Failing(string id, string sql) => new(id, async context =>
    {
        await context.QueryAsync(sql, row => 0);
        return [];
    });

    private static Finding Found(AuditSeverity severity) => new()
    {
        Severity = severity,
        Confidence = AuditConfidence.Measured,
        Object = "x",
        Found = new("found", "hallado"),
        Fix = new Fix { Advice = new("do it", "hágalo") },
    };

    private static Task<AuditResult> RunAsync(AuditCase audited, string? user, params AuditCheck[] checks) => new AuditRunner(
        new AuditOptions
        {
            ConnectionString = audited.Database.Cluster.ConnectionString(audited.Database.Name, user),
            AllowSuperuser = true,
            Window = TimeSpan.FromMilliseconds(100),
            Checks = checks
        }).RunAsync(null, CancellationToken.None);
}
