namespace Nexus.Audit.Tests.Checks;

public sealed class C5Tests
{
    private static AuditCheck Impatient => new C5BlockedSessions(new Thresholds(0.2, 60, 600));

    [Fact]
    public async Task Who_waits_for_a_lock_is_found_with_who_holds_it_also_by_a_plain_user()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        await using var holder = await audited.ConnectAsync("migration");
        await AuditCase.ExecuteAsync(holder, "BEGIN; ALTER TABLE t ADD COLUMN secret text DEFAULT 'hunter2'");
        await using var waiter = await audited.ConnectAsync("bot");
        var waiting = AuditCase.ExecuteAsync(waiter, "UPDATE t SET id = 2");
        await Task.Delay(500);
        var finding = (await audited.CheckAsync(Impatient)).ExpectFinding(AuditSeverity.Medium, "application migration");
        Assert.Contains(finding.Evidence, evidence => evidence is { Name: "lock", Words: "public.t" });
        Assert.Contains(finding.Evidence, evidence => evidence.Name == "blockerStatement"
            && evidence.Words!.Contains("ALTER TABLE", StringComparison.Ordinal) && !evidence.Words.Contains("hunter2", StringComparison.Ordinal));
        var user = await audited.CreateRoleAsync();
        (await audited.CheckAsync(Impatient, user: user)).ExpectFinding(AuditSeverity.Medium);
        await AuditCase.ExecuteAsync(holder, "COMMIT");
        await waiting;
    }

    [Fact]
    public async Task Locks_that_nobody_waits_for_and_short_waits_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        await using var holder = await audited.ConnectAsync();
        await AuditCase.ExecuteAsync(holder, "BEGIN; UPDATE t SET id = 2");
        (await audited.CheckAsync(Impatient)).ExpectOk();
        await using var waiter = await audited.ConnectAsync();
        var waiting = AuditCase.ExecuteAsync(waiter, "UPDATE t SET id = 3");
        (await audited.CheckAsync("C5")).ExpectOk();
        await AuditCase.ExecuteAsync(holder, "COMMIT");
        await waiting;
    }
}
