namespace Nexus.Audit.Tests.Checks;

public sealed class J4Tests
{
    [Fact]
    public async Task Money_in_floating_point_is_high_and_times_without_zone_medium()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE trades (id int, "entryPrice" float8, saldo real, pnl_usdt double precision, opened_at timestamp, closed_at timestamptz);
            INSERT INTO trades VALUES (1, 0.1, 0.2, 0.3, '2026-01-02 03:04', now());
            """);
        var result = await audited.CheckAsync("J4");
        Assert.Equal(4, result.Findings.Count);
        foreach (var column in (string[])["entryPrice", "saldo", "pnl_usdt"]) result.ExpectFinding(AuditSeverity.High, $"public.trades.{column}");
        result.ExpectFinding(AuditSeverity.Low, "public.trades.opened_at");
        foreach (var sql in result.Findings.SelectMany(finding => finding.Fix.Sql)) await audited.Database.ExecuteAsync(sql);
        (await audited.CheckAsync("J4")).ExpectOk();
        Assert.Equal(0.1m, await audited.Database.ScalarAsync<decimal>("SELECT \"entryPrice\" FROM trades"));
        foreach (var sql in result.Findings.SelectMany(finding => finding.Fix.Rollback)) await audited.Database.ExecuteAsync(sql);
        Assert.Equal(4, (await audited.CheckAsync("J4")).Findings.Count);
    }

    [Fact]
    public async Task The_conversion_of_UTC_times_keeps_the_instant()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (at timestamp); INSERT INTO t VALUES ('2026-01-02 03:04')");
        var finding = (await audited.CheckAsync("J4")).ExpectFinding();
        await audited.Database.ExecuteAsync(string.Join(';', finding.Fix.Sql));
        Assert.True(await audited.Database.ScalarAsync<bool>("SELECT at = '2026-01-02 03:04+00' FROM t"));
    }

    [Fact]
    public async Task Analytics_decimals_and_partitions_are_left_alone()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE trades (id int, price numeric(20,8), pnl_pct float8, win_ratio real, price_volatility float8, latitude float8,
                at timestamptz) PARTITION BY RANGE (id);
            CREATE TABLE trades_1 PARTITION OF trades FOR VALUES FROM (1) TO (9);
            CREATE TABLE indicator_features (price float8, rsi float8);
            """);
        (await audited.CheckAsync("J4", user: await audited.CreateRoleAsync())).ExpectOk();
    }
}
