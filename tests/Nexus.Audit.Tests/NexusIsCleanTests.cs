using Nexus.Failover;
using Nexus.LoadTest;
using Nexus.Secrets;

namespace Nexus.Audit.Tests;

/// <summary>The same load, through Nexus and as the audited bot did it, judged by the same checks.</summary>
public sealed class NexusIsCleanTests
{
    private static readonly string[] OfTheAuditedWay = ["C1", "W1", "Q1", "J1", "J2"];

    [Fact]
    public async Task A_database_that_nexus_bench_works_on_audits_clean()
    {
        await using var audited = await AuditCase.CreateAsync();
        var report = await AuditWhileAsync(audited, BenchVariant.Nexus);
        AssertClean(report);
        Assert.DoesNotContain(report.Checks, check => OfTheAuditedWay.Contains(check.Id) && check.Status == CheckStatus.Skipped);
    }

    [Fact]
    public async Task The_same_load_the_audited_way_is_found()
    {
        await using var audited = await AuditCase.CreateAsync();
        var report = await AuditWhileAsync(audited, BenchVariant.Naive);
        // A busy machine takes few samples of the sessions in so short a window.
        if (report.Findings.All(finding => finding.Id != "W1")) report = await AuditWhileAsync(audited, BenchVariant.Naive, seconds: 20);
        Assert.Contains(report.Findings, finding => finding is { Id: "C1", Severity: AuditSeverity.Critical });
        // How bad depends on how fast the machine is.
        Assert.Contains(report.Findings, finding => finding is { Id: "W1", Severity: AuditSeverity.High or AuditSeverity.Medium });
        Assert.Contains(report.Findings, finding => finding is { Id: "Q1", Severity: AuditSeverity.High or AuditSeverity.Medium });
    }

    [Fact]
    public async Task So_is_the_database_of_nexus_migrate_after_a_nexus_bench()
    {
        await using var audited = await AuditCase.CreateAsync();
        var database = audited.Database.Cluster.Url(audited.Database.Name, await CreateRoleAsync(audited, "GRANT CREATE ON SCHEMA public TO {0}"));
        await (await NexusDb.OpenAsync(new NexusOptions
        {
            Database = database,
            Keys = KeyRing.GenerateKey(),
            Fallback = FallbackMode.Off
        })).DisposeAsync();
        await new BenchRunner(new BenchOptions
        {
            Database = database,
            Users = 40,
            Duration = TimeSpan.FromSeconds(2),
            WarmUp = TimeSpan.Zero,
            Sessions = 400
        }, TimeProvider.System).RunAsync(null, CancellationToken.None);
        await audited.SettleAsync();

        AssertClean(await AuditAsync(audited, TimeSpan.FromMilliseconds(500)));
    }

    private static void AssertClean(AuditReport report)
    {
        var bad = report.Findings.Where(finding => finding.Severity > AuditSeverity.Low).ToList();
        Assert.True(bad.Count == 0, string.Join("\n",
            bad.Select(finding => $"{finding.Severity} {finding.Id} {finding.Object}: {finding.Found}\n"
                + string.Join("\n", finding.Evidence.Select(item => $"    {item.Name} {item.Value} {item.Text}")))));
    }

    private static async Task<string> CreateRoleAsync(AuditCase audited, params string[] rights)
    {
        var name = audited.Database.Name;
        await audited.Database.ExecuteAsync($"REVOKE CONNECT, TEMPORARY ON DATABASE {name} FROM PUBLIC");
        return await audited.CreateRoleAsync(
        [
            $"GRANT CREATE, CONNECT ON DATABASE {name} TO {{0}}",
            $"ALTER ROLE {{0}} IN DATABASE {name} SET statement_timeout = '30s'",
            $"ALTER ROLE {{0}} IN DATABASE {name} SET idle_in_transaction_session_timeout = '60s'",
            .. rights,
        ]);
    }

    private static Task<AuditReport> AuditAsync(AuditCase audited, TimeSpan window) => Auditor.RunAsync(
        new AuditOptions { ConnectionString = audited.Database.ConnectionString, AllowSuperuser = true, Window = window, DatabaseOnly = true });

    /// <summary>A role with the rights that docs/security.md gives Nexus, and limits; the load test in one way; an audit meanwhile.</summary>
    private static async Task<AuditReport> AuditWhileAsync(AuditCase audited, BenchVariant way, int seconds = 4)
    {
        var role = await CreateRoleAsync(audited);
        // The case's own connections are a superuser's: they are no part of what is judged.
        await audited.SettleAsync();
        using var over = new CancellationTokenSource();
        var running = new TaskCompletionSource();
        var options = new BenchOptions
        {
            Database = audited.Database.Cluster.Url(audited.Database.Name, role),
            Users = 40,
            Duration = TimeSpan.FromMinutes(5),
            Sessions = 400,
            Variants = [way]
        };
        var bench = new BenchRunner(options,
            TimeProvider.System).RunAsync(new Progress<BenchProgress>(progress =>
            {
                if (progress.Phase == "run") running.TrySetResult();
            }), over.Token);
        await Task.WhenAny(running.Task, bench);
        await Task.Delay(TimeSpan.FromSeconds(1));
        try
        {
            return await AuditAsync(audited, TimeSpan.FromSeconds(seconds));
        }
        finally
        {
            await over.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench);
        }
    }
}
