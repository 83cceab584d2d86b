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

    /// <summary>The last word says what a column is, and a word with several meanings is money only among money.</summary>
    [Fact]
    public async Task A_name_with_a_word_of_money_is_not_yet_money()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE market (id int, price_index real, index_price float8, eth_index real, fee_tier real,
                price_precision float8, cash_flow_days real);
            CREATE TABLE training_runs (id int, loss real, val_loss float8, total_time real, cost_function float8, total_memory_mb real);
            CREATE TABLE layouts (id int, margin_left real, margin float8, total_width real, balance real);
            CREATE TABLE recipes (id int, name text, amount float8, quantity real, total real, cantidad float8);
            CREATE TABLE network (id int, packet_loss real, eth float8, total_bytes float8, credit_score real);
            CREATE TABLE departments (id int, cost_center real, indice_precio real, precio_nivel real);
            """);
        (await audited.CheckAsync("J4", user: await audited.CreateRoleAsync())).ExpectOk();
    }

    [Fact]
    public async Task A_word_with_several_meanings_is_money_beside_money()
    {
        await using var audited = await AuditCase.CreateAsync("""
            CREATE TABLE trades (id int, quantity float8, loss real, margin float8, slippage float8);
            CREATE TABLE donations_of_2026 (id int, amount real);
            CREATE TABLE gifts (id int, amount real, currency text);
            CREATE TABLE items (id int, price numeric(20,8), total float8);
            CREATE TABLE rentals (id int, price_per_hour real, precio_por_kg float8);
            CREATE TABLE facturas (id int, cantidad real);
            CREATE TABLE people (id int, account_balance real);
            """);
        var result = await audited.CheckAsync("J4");
        Assert.Equal(11, result.Findings.Count);
        Assert.All(result.Findings, finding => Assert.Equal(AuditSeverity.High, finding.Severity));
    }
}
