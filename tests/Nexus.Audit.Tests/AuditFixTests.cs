using System.Text.Json;
using Nexus.TestKit;

namespace Nexus.Audit.Tests;

public sealed class AuditFixTests
{
    private const string Tables = """
        CREATE TABLE users (id int PRIMARY KEY);
        CREATE TABLE trades (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users);
        CREATE TABLE other (id int PRIMARY KEY, user_id int REFERENCES users);
        INSERT INTO users SELECT generate_series(1, 10);
        INSERT INTO trades SELECT i, i % 10 + 1 FROM generate_series(1, 5000) i;
        """;

    [Fact]
    public async Task It_prints_and_changes_nothing_until_told_to()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        using var nexus = new NexusProgram();
        var run = (await nexus.RunAsync("audit", "fix", "i1", "--database", audited.Database.Url, "--allow-superuser", "--window",
            "100ms")).Expect(0);
        Assert.Contains("CREATE INDEX CONCURRENTLY IF NOT EXISTS trades_user_id_idx ON public.trades (user_id);", run.Output,
            StringComparison.Ordinal);
        Assert.Contains("DROP INDEX CONCURRENTLY IF EXISTS public.trades_user_id_idx", run.Output, StringComparison.Ordinal);
        Assert.Contains("nothing was changed", run.Output, StringComparison.Ordinal);
        Assert.Equal(3, await audited.Database.ScalarAsync<long>("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'"));
        Assert.False(File.Exists(Path.Combine(nexus.Data, "audit-fixes.ndjson")));
    }

    [Fact]
    public async Task It_applies_what_is_safe_to_one_object_looks_again_and_records_both()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        using var nexus = new NexusProgram();
        var run = (await nexus.RunAsync("audit", "fix", "I1", "--object", "public.trades", "--apply", "--database", audited.Database.Url,
            "--allow-superuser", "--window", "100ms", "--json")).Expect(0);
        var fix = Assert.Single(run.Json.GetProperty("fixes").EnumerateArray());
        Assert.Equal("applied", fix.GetProperty("status").GetString());
        Assert.True(fix.GetProperty("isGone").GetBoolean());
        Assert.False(fix.TryGetProperty("after", out _));
        Assert.Equal(["trades_user_id_idx"],
            await audited.Database.QueryAsync<string>("SELECT indexname::text FROM pg_indexes WHERE indexname LIKE '%user_id%'"));

        var log = Path.Combine(nexus.Data, "audit-fixes.ndjson");
        Assert.Equal(log, run.Json.GetProperty("log").GetString());
        var record = JsonElement.Parse(Assert.Single(await File.ReadAllLinesAsync(log)));
        Assert.Equal(audited.Database.Name, record.GetProperty("database").GetString());
        Assert.Equal("I1", record.GetProperty("fix").GetProperty("id").GetString());
    }

    [Fact]
    public async Task What_a_role_may_not_do_is_by_hand_and_says_whose_it_is()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        using var nexus = new NexusProgram();
        var user = await audited.CreateRoleAsync();
        var run = (await nexus.RunAsync("audit", "fix", "I1", "--apply", "--database", audited.Database.Cluster.Url(audited.Database.Name, user),
            "--allow-superuser", "--window", "100ms", "--json")).Expect(0);
        Assert.Equal(2, run.Json.GetProperty("fixes").GetArrayLength());
        Assert.All(run.Json.GetProperty("fixes").EnumerateArray(), fix =>
        {
            Assert.Equal("by hand", fix.GetProperty("status").GetString());
            Assert.Contains("Only its owner postgres can apply it", fix.GetProperty("advice").GetString(), StringComparison.Ordinal);
        });
        Assert.Equal(3, await audited.Database.ScalarAsync<long>("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'"));
    }

    [Fact]
    public async Task An_index_that_could_be_neither_finished_nor_dropped_is_named()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        using var nexus = new NexusProgram();
        // The build waits for this transaction longer than its lock_timeout allows, and so does dropping what it left.
        await using var holder = await audited.ConnectAsync();
        await AuditCase.ExecuteAsync(holder, "BEGIN; UPDATE trades SET id = id WHERE id = 1");
        var run = (await nexus.RunAsync("audit", "fix", "I1", "--object", "public.trades", "--apply", "--database", audited.Database.Url,
            "--allow-superuser", "--window", "100ms", "--json")).Expect(1);
        Assert.Contains("public.trades_user_id_idx", Assert.Single(run.Json.GetProperty("fixes").EnumerateArray()).GetProperty("error").GetString(),
            StringComparison.Ordinal);
        await AuditCase.ExecuteAsync(holder, "ROLLBACK");
        Assert.Equal(["trades_user_id_idx"],
            await audited.Database.QueryAsync<string>("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"));
    }

    [Fact]
    public async Task An_index_that_cannot_be_built_is_dropped_again()
    {
        // An expression that fails on a row fails the build after its entry in the catalogue is made; through the fix's own connection, as no check
        // proposes such an index.
        await using var audited = await AuditCase.CreateAsync(Tables);
        await using var connection = await FixConnection.OpenAsync(audited.Database.ConnectionString, CancellationToken.None);
        Assert.NotNull(await connection.RunAsync(["CREATE INDEX CONCURRENTLY broken ON public.trades ((1 / (id - 5)))"], CancellationToken.None));
        Assert.Equal(1, await audited.Database.ScalarAsync<long>("SELECT count(*) FROM pg_index WHERE NOT indisvalid"));
        Assert.Null(await connection.DropUnfinishedAsync(SafeSql.DropIndex("public", "broken")));
        Assert.Equal(0, await audited.Database.ScalarAsync<long>("SELECT count(*) FROM pg_index WHERE NOT indisvalid"));
        Assert.Null(await connection.DropUnfinishedAsync(SafeSql.DropIndex("public", "trades_pkey")));
        Assert.Equal(3, await audited.Database.ScalarAsync<long>("SELECT count(*) FROM pg_indexes WHERE schemaname = 'public'"));
    }

    [Fact]
    public async Task What_needs_judgement_is_never_applied()
    {
        await using var audited = await AuditCase.CreateAsync();
        using var nexus = new NexusProgram();
        var run = (await nexus.RunAsync("audit", "fix", "K1", "--apply", "--database", audited.Database.Url, "--allow-superuser", "--window", "100ms",
            "--json")).Expect(0);
        Assert.All(run.Json.GetProperty("fixes").EnumerateArray(), fix => Assert.Equal("by hand", fix.GetProperty("status").GetString()));
        Assert.Equal("-1", await audited.Database.ScalarAsync<string>("SHOW log_min_duration_statement"));
    }
}
