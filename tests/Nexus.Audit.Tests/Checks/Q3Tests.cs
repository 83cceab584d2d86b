namespace Nexus.Audit.Tests.Checks;

public sealed class Q3Tests
{
    [Fact]
    public async Task A_slow_statement_that_runs_often_is_found()
    {
        await using var audited = await AuditCase.CreateAsync();
        for (var i = 0; i < 25; i++) await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => audited.Database.ExecuteAsync("SELECT pg_sleep(0.025)")));
        var finding = (await audited.CheckAsync("Q3")).ExpectFinding(AuditSeverity.Low);
        Assert.True(finding.Number("meanTime") >= 20);
        Assert.Equal(100, finding.Number("calls"));
        Assert.Contains(finding.Evidence, evidence => evidence is { Name: "statement", Words: "SELECT pg_sleep($1)" });
    }

    [Fact]
    public async Task Fast_ones_and_slow_ones_that_run_seldom_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync();
        for (var i = 0; i < 3; i++) await audited.Database.ExecuteAsync("SELECT pg_sleep(0.1)");
        for (var i = 0; i < 150; i++) await audited.Database.ExecuteAsync("SELECT count(*) FROM pg_class");
        (await audited.CheckAsync("Q3")).ExpectOk();
    }

    [Fact]
    public async Task What_has_become_fast_is_judged_by_the_window()
    {
        await using var audited = await AuditCase.CreateAsync();
        for (var i = 0; i < 25; i++) await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => audited.Database.ExecuteAsync("SELECT pg_sleep(0.025)")));
        (await audited.CheckAsync("Q3", stop => audited.Database.ExecuteAsync("SELECT pg_sleep(0.001)"))).ExpectOk();
    }
}
