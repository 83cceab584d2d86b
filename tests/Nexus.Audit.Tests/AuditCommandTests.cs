using System.Text.Json;
using Nexus.TestKit;

namespace Nexus.Audit.Tests;

public sealed class AuditCommandTests
{
    private const string Tables = """
        CREATE TABLE users (id int PRIMARY KEY);
        CREATE TABLE trades (id int PRIMARY KEY, user_id int REFERENCES users, note text);
        INSERT INTO users SELECT generate_series(1, 10);
        INSERT INTO trades SELECT i, i % 10 + 1, 'hunter2' FROM generate_series(1, 5000) i;
        """;

    public enum Role
    {
        Plain,
        Monitor,
        Superuser,
    }

    [Theory]
    [InlineData(Role.Plain, "user")]
    [InlineData(Role.Monitor, "pg_monitor")]
    [InlineData(Role.Superuser, "superuser")]
    public async Task Every_role_gets_a_whole_report_and_what_it_may_not_see_comes_with_its_grant(Role role, string rights)
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        using var nexus = new NexusProgram();
        await using var other = await audited.ConnectAsync("other");
        var user = role == Role.Superuser ? null : await audited.CreateRoleAsync(role == Role.Monitor ? ["GRANT pg_monitor TO {0}"] : []);

        var json = (await nexus.RunAsync("audit", "--database", audited.Database.Cluster.Url(audited.Database.Name, user), "--allow-superuser",
            "--window", "500ms", "--json")).Expect(0).Json;

        Assert.Equal(rights, json.GetProperty("server").GetProperty("rights").GetString());
        var checks = json.GetProperty("checks").EnumerateArray().ToList();
        Assert.Equal(CheckCatalogue.All.Select(check => check.Id), checks.Select(check => check.GetProperty("id").GetString()!));
        foreach (var check in checks)
        {
            foreach (var notSeen in check.GetProperty("notSeen").EnumerateArray())
            {
                Assert.DoesNotContain("unexpectedly", notSeen.GetProperty("reason").GetString(), StringComparison.Ordinal);
                Assert.DoesNotContain("SQLSTATE", notSeen.GetProperty("reason").GetString(), StringComparison.Ordinal);
            }
            if (check.GetProperty("status").GetString() == "skipped") Assert.NotEmpty(check.GetProperty("notSeen").EnumerateArray());
        }
        var sessions = checks.Single(check => check.GetProperty("id").GetString() == "C3");
        Assert.Equal(role == Role.Plain ? "skipped" : "ok", sessions.GetProperty("status").GetString());
        if (role == Role.Plain) Assert.Equal($"GRANT pg_read_all_stats TO {user}",
            sessions.GetProperty("notSeen")[0].GetProperty("grant").GetString());
        Assert.Contains(json.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("id").GetString() == "I1");
    }

    [Fact]
    public async Task Its_JSON_has_the_published_names()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        using var nexus = new NexusProgram();
        var json = (await nexus.RunAsync("audit", "--database", audited.Database.Url, "--allow-superuser", "--window", "100ms", "--only", "I1,c2",
            "--json")).Expect(0).Json;
        Assert.Equal(1, json.GetProperty("schemaVersion").GetInt32());
        Assert.InRange(json.GetProperty("score").GetInt32(), 0, 100);
        Assert.Equal("en", json.GetProperty("language").GetString());
        Assert.True(json.GetProperty("windowSeconds").GetDouble() >= 0.1);
        Assert.Equal(["C2", "I1"], json.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("id").GetString()));
        var finding = Assert.Single(json.GetProperty("findings").EnumerateArray());
        foreach (var name in (string[])["id", "title", "severity", "confidence", "object", "found", "falsePositives",
            "docs"]) Assert.Equal(JsonValueKind.String, finding.GetProperty(name).ValueKind);
        Assert.Equal("medium", finding.GetProperty("severity").GetString());
        Assert.Equal("measured", finding.GetProperty("confidence").GetString());
        Assert.Equal("nexus audit explain I1", finding.GetProperty("docs").GetString());
        Assert.All(finding.GetProperty("evidence").EnumerateArray(),
            item => Assert.True(item.TryGetProperty("value", out _) ^ item.TryGetProperty("text", out _)));
        Assert.NotEmpty(finding.GetProperty("fix").GetProperty("sql").EnumerateArray());
        Assert.NotEmpty(finding.GetProperty("fix").GetProperty("rollback").EnumerateArray());
        Assert.True(finding.GetProperty("fix").GetProperty("canApply").GetBoolean());
        foreach (var name in (string[])["critical", "high", "medium", "low", "info", "checksOk", "checksWithFindings",
            "checksSkipped"]) Assert.Equal(JsonValueKind.Number, json.GetProperty("counts").GetProperty(name).ValueKind);
    }

    [Fact]
    public async Task The_table_says_what_is_wrong_and_what_to_do_in_the_language_asked_for()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        using var nexus = new NexusProgram();
        var english = (await nexus.RunAsync("audit", "--database", audited.Database.Url, "--allow-superuser", "--window", "100ms", "--only",
            "I1")).Expect(0).Output;
        Assert.StartsWith("Score 96/100", english, StringComparison.Ordinal);
        Assert.Contains("CREATE INDEX CONCURRENTLY", english, StringComparison.Ordinal);
        var spanish = (await nexus.RunAsync("audit", "--database", audited.Database.Url, "--allow-superuser", "--window", "100ms", "--only", "I1",
            "--lang", "es")).Expect(0).Output;
        Assert.StartsWith("Puntuación 96/100", spanish, StringComparison.Ordinal);
        Assert.Contains("Clave foránea sin índice", spanish, StringComparison.Ordinal);
        Assert.DoesNotContain("index", spanish.Replace("INDEX", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fail_on_decides_the_exit_code()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        using var nexus = new NexusProgram();
        string[] audit = ["audit", "--database", audited.Database.Url, "--allow-superuser", "--window", "100ms", "--only", "I1", "--fail-on"];
        (await nexus.RunAsync([.. audit, "medium"])).Expect(1);
        (await nexus.RunAsync([.. audit, "low"])).Expect(1);
        (await nexus.RunAsync([.. audit, "high"])).Expect(0);
    }

    [Fact]
    public async Task The_Markdown_has_the_shape_of_the_audit_in_Spanish_and_the_SARIF_names_its_rules()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        using var nexus = new NexusProgram();
        (await nexus.RunAsync("audit", "--database", audited.Database.Url, "--allow-superuser", "--window", "100ms", "--lang", "es", "--markdown",
            nexus["auditoria.md"], "--sarif", nexus["audit.sarif"])).Expect(0);

        var markdown = await File.ReadAllTextAsync(nexus["auditoria.md"]);
        var at = 0;
        foreach (var heading in (string[])["# 🔍 AUDITORÍA COMPLETA - USO DE POSTGRESQL EN", "**Fecha**", "## 📊 RESUMEN EJECUTIVO",
            "### ❌ PROBLEMAS IDENTIFICADOS", "### ✅ PUNTOS POSITIVOS", "## 🚨 PROBLEMAS DETECTADOS",
            "**Evidencia**".Trim('*'), "**Solución recomendada**", "```sql", "## 📈 MÉTRICAS", "## 🛠️ PLAN DE OPTIMIZACIÓN", "### **FASE",
                "## 📋 CHECKLIST", "- [ ] "])
        {
            var found = markdown.IndexOf(heading, at, StringComparison.Ordinal);
            Assert.True(found >= 0, $"{heading} is missing or out of order");
            at = found;
        }
        Assert.DoesNotContain("hunter2", markdown, StringComparison.Ordinal);
        // What is good is said as a statement, never by a problem's title.
        var good = markdown[markdown.IndexOf("PUNTOS POSITIVOS", StringComparison.Ordinal)..markdown.IndexOf("## 🚨", StringComparison.Ordinal)];
        Assert.Contains("Todos los índices son válidos (I7)", good, StringComparison.Ordinal);
        Assert.All(CheckCatalogue.All, check => Assert.DoesNotContain($"- ✅ {check.Title.Es}", good, StringComparison.Ordinal));
        Assert.Contains("`nexus audit explain I1`", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("docs/audit", markdown, StringComparison.Ordinal);

        var run = JsonElement.Parse(await File.ReadAllTextAsync(nexus["audit.sarif"])).GetProperty("runs")[0];
        var rules = run.GetProperty("tool").GetProperty("driver").GetProperty("rules");
        Assert.Equal(CheckCatalogue.All.Count, rules.GetArrayLength());
        Assert.All(rules.EnumerateArray(),
            rule => Assert.StartsWith($"# {rule.GetProperty("id").GetString()}: ", rule.GetProperty("help").GetProperty("markdown").GetString(),
                StringComparison.Ordinal));
        foreach (var result in run.GetProperty("results").EnumerateArray())
        {
            Assert.Equal(result.GetProperty("ruleId").GetString(), rules[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString());
            Assert.Contains(result.GetProperty("level").GetString(), (string[])["error", "warning", "note"]);
        }
    }

    [Fact]
    public async Task Explain_prints_the_page_that_the_program_carries()
    {
        using var nexus = new NexusProgram();
        Assert.StartsWith("# K2: No time limits", (await nexus.RunAsync("audit", "explain", "k2")).Expect(0).Output, StringComparison.Ordinal);
        var spanish = (await nexus.RunAsync("audit", "explain", "K2", "--lang", "es")).Expect(0).Output;
        Assert.StartsWith("# K2: Sin límites de tiempo", spanish, StringComparison.Ordinal);
        Assert.Contains("**Cómo se mide.**", spanish, StringComparison.Ordinal);
        var list = (await nexus.RunAsync("audit", "explain")).Expect(0).Output;
        Assert.All(CheckCatalogue.All, check => Assert.Contains($"  {check.Id}  {check.Title.En}", list, StringComparison.Ordinal));
        (await nexus.RunAsync("audit", "explain", "K9")).Expect(2).ExpectOneLine("there is no check K9; did you mean K1, K2, K3 or K4?");
        (await nexus.RunAsync("audit", "explain", "bloat\u001b[2J")).Expect(2).ExpectOneLine("there is no check of that name");
    }

    [Fact]
    public async Task A_baseline_shows_what_is_new_gone_and_changed()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        using var nexus = new NexusProgram();
        string[] audit = ["audit", "--database", audited.Database.Url, "--allow-superuser", "--window", "100ms", "--only", "I1", "V5", "--json"];
        var before = nexus.Write("before.json", (await nexus.RunAsync(audit)).Expect(0).Output);
        await audited.Database.ExecuteAsync("CREATE INDEX ON trades (user_id); ALTER TABLE users SET (autovacuum_enabled = off)");

        var baseline = (await nexus.RunAsync([.. audit, "--baseline", before])).Expect(0).Json.GetProperty("baseline");

        Assert.Equal(("V5", "public.users"), IdAndObject(Assert.Single(baseline.GetProperty("new").EnumerateArray())));
        Assert.Equal("I1", IdAndObject(Assert.Single(baseline.GetProperty("gone").EnumerateArray())).Id);
        Assert.Empty(baseline.GetProperty("changed").EnumerateArray());
        Assert.Equal(96, baseline.GetProperty("score").GetInt32());
        (await nexus.RunAsync([.. audit, "--baseline", nexus.Write("no.json", "{}")])).Expect(2).ExpectOneLine(
            "is not what nexus audit --json writes");

        static (string? Id, string? Object) IdAndObject(JsonElement change) =>
            (change.GetProperty("id").GetString(), change.GetProperty("object").GetString());
    }

    [Theory]
    [InlineData("--window must be", "--window", "5x")]
    [InlineData("--window must be", "--window", "10ms")]
    [InlineData("there is no check Z9", "--only", "Z9")]
    [InlineData("--lang must be one of: en, es", "--lang", "fr")]
    [InlineData("--fail-on must be one of: critical, high", "--fail-on", "awful")]
    [InlineData("nowhere.json does not exist", "--baseline", "nowhere.json")]
    [InlineData("the folder of nowhere/audit.md does not exist", "--markdown", "nowhere/audit.md")]
    public async Task Wrong_usage_is_refused_before_anything_is_done(string part, string option, string value)
    {
        using var nexus = new NexusProgram();
        var run = (await nexus.RunAsync("audit", "--database", "postgres://nobody@127.0.0.1:1/none", option, value)).Expect(2);
        Assert.Contains(part, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_database_it_says_so_and_an_unreachable_one_is_one_line()
    {
        using var nexus = new NexusProgram();
        (await nexus.RunAsync("audit")).Expect(2).ExpectOneLine("audit needs a PostgreSQL database");
        (await nexus.RunAsync("audit", "--database",
            $"postgres://nobody@127.0.0.1:{Ports.Free()}/none?sslmode=disable")).Expect(1).ExpectOneLine("PostgreSQL");
    }

    [Fact]
    public async Task It_uses_one_connection_that_may_not_write_and_ends_at_Ctrl_C()
    {
        await using var audited = await AuditCase.CreateAsync(Tables);
        using var nexus = new NexusProgram();
        await using var process = nexus.Start("audit", "--database", audited.Database.Url, "--allow-superuser", "--window", "10m");
        const string own = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'nexus audit'";
        await Eventually.TrueAsync(async () => await audited.Database.ScalarAsync<long>(own) > 0);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(1, await audited.Database.ScalarAsync<long>(own));
            await Task.Delay(100);
        }
        process.Signal(ChildProcess.SigInt);
        Assert.Equal(130, await process.WaitForExitAsync());
        Assert.Equal("", process.Output);
        Assert.EndsWith("interrupted: the command was not completed", process.Error.TrimEnd(), StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => await audited.Database.ScalarAsync<long>(own) == 0);
    }
}
