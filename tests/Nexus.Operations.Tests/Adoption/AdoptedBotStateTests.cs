namespace Nexus.Operations.Tests.Adoption;

public class AdoptedBotStateTests
{
    private static async Task<(Nexus.Operations.Adoption.AdoptionReport Report, string Row)> AdoptAsync(string table, string insert)
    {
        await using var database = await LegacyDatabase.CreateAsync(table, insert);
        var report = await database.AdoptAsync();
        return (
            report,
            (await database.QueryAsync("SELECT concat_ws('|', group_config, disabled_assets, ai_filter_enabled, version) FROM bot_state"))[0]);
    }

    [Theory]
    [InlineData("""{"A": 1, "_AI_FILTER": true}""", """["X"]""", """{"A": 1}|{X}|t|1""")]
    [InlineData("""{"_AI_FILTER": "false"}""", """[]""", """{}|{}|f|1""")]
    [InlineData("""{"_AI_FILTER": 0}""", """null""", """{}|{}|f|1""")]
    [InlineData("""{}""", """["b", "a", "b", 7]""", """{}|{b,a,7}|t|1""")]
    public async Task The_hidden_filter_and_the_list_come_out(string groups, string assets, string row)
    {
        var (report, actual) =
            await AdoptAsync(LegacyDatabase.BotState, $"INSERT INTO bot_state (group_config, disabled_assets) VALUES ('{groups}', '{assets}')");

        Assert.Equal(row, actual);
        Assert.Empty(report.Rejects);
    }

    [Fact]
    public async Task A_filter_that_is_neither_true_nor_false_stays_and_is_reported()
    {
        var (report, row) =
            await AdoptAsync(LegacyDatabase.BotState, """INSERT INTO bot_state (group_config) VALUES ('{"_AI_FILTER": "perhaps"}')""");

        Assert.Equal("group_config/_AI_FILTER", Assert.Single(report.Rejects).Column);
        Assert.Equal("""{"_AI_FILTER": "perhaps"}|{}|t|1""", row);
    }

    [Theory]
    [InlineData("false", """{}|{}|f|1""", 0)]
    [InlineData("true", """{"_AI_FILTER": false}|{}|t|1""", 1)]
    [InlineData("NULL", """{}|{}|f|1""", 0)]
    public async Task A_column_of_its_own_wins_over_the_hidden_flag(string column, string row, int rejects)
    {
        var (report, actual) = await AdoptAsync(
            LegacyDatabase.BotState
                + "ALTER TABLE bot_state ADD ai_filter_enabled boolean;", $$"""INSERT INTO bot_state (group_config, ai_filter_enabled) VALUES """
                + $$"""('{"_AI_FILTER": false}', {{column}})""");

        Assert.Equal(row, actual);
        Assert.Equal(rejects, report.Rejects.Count);
    }

    [Fact]
    public async Task A_list_that_is_none_is_kept_beside_and_reported()
    {
        await using var database =
            await LegacyDatabase.CreateAsync(LegacyDatabase.BotState, """INSERT INTO bot_state (disabled_assets) VALUES ('{"BTC": true}')""");

        var report = await database.AdoptAsync();

        Assert.Equal("disabled_assets", Assert.Single(report.Rejects).Column);
        Assert.Equal("""{"BTC": true}""", await database.Database.ScalarAsync<string>("SELECT disabled_assets_legacy::text FROM bot_state"));
        Assert.Empty(await database.Database.ScalarAsync<string[]>("SELECT disabled_assets FROM bot_state"));
    }

    [Fact]
    public async Task The_audits_own_table_keeps_what_it_has()
    {
        const string table = """
            CREATE TABLE bot_state (id integer PRIMARY KEY DEFAULT 1, enabled_strategies jsonb DEFAULT '{}'::jsonb,
                group_config jsonb DEFAULT '{}'::jsonb, disabled_assets text[] DEFAULT ARRAY[]::text[],
                ai_filter_enabled boolean DEFAULT true, last_updated timestamp DEFAULT now(), version integer DEFAULT 1);
            """;
        var (report, row) =
            await AdoptAsync(table, "INSERT INTO bot_state (disabled_assets, ai_filter_enabled, version) VALUES ('{b,a}', false, 42)");

        Assert.Equal("""{}|{b,a}|f|42""", row);
        Assert.DoesNotContain(
            report.Changes,
            change =>
                change.What.StartsWith("disabled_assets", StringComparison.Ordinal) || change.What.Contains("_AI_FILTER", StringComparison.Ordinal));
    }
}
