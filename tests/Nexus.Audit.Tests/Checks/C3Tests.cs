namespace Nexus.Audit.Tests.Checks;

public sealed class C3Tests
{
    private static AuditCheck Impatient => new C3IdleInTransaction(new Thresholds(0.2, 60, 600));

    [Fact]
    public async Task A_transaction_that_waits_for_its_client_is_found()
    {
        await using var audited = await AuditCase.CreateAsync();
        await using var connection = await audited.ConnectAsync("forgetful");
        await AuditCase.ExecuteAsync(connection, "BEGIN; SELECT 1");
        await Task.Delay(400);
        var finding = (await audited.CheckAsync(Impatient)).ExpectFinding(AuditSeverity.Medium, "forgetful");
        Assert.Contains("idle_in_transaction_session_timeout", Assert.Single(finding.Fix.Sql), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idle_connection_and_a_busy_transaction_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync();
        await using var idle = await audited.ConnectAsync();
        await using var busy = await audited.ConnectAsync();
        await AuditCase.ExecuteAsync(busy, "BEGIN");
        (await audited.CheckAsync(Impatient, stop => AuditCase.ExecuteAsync(busy, "SELECT pg_sleep(0.05)"))).ExpectOk();
    }

    [Fact]
    public async Task The_real_thresholds_let_a_short_one_pass_and_a_plain_user_is_told_what_it_lacks()
    {
        await using var audited = await AuditCase.CreateAsync();
        await using var connection = await audited.ConnectAsync();
        await AuditCase.ExecuteAsync(connection, "BEGIN; SELECT 1");
        (await audited.CheckAsync("C3")).ExpectOk();
        var user = await audited.CreateRoleAsync();
        (await audited.CheckAsync("C3", user: user)).ExpectSkipped($"GRANT pg_read_all_stats TO {user}");
        var monitor = await audited.CreateRoleAsync("GRANT pg_monitor TO {0}");
        (await audited.CheckAsync("C3", user: monitor)).ExpectOk();
    }
}
