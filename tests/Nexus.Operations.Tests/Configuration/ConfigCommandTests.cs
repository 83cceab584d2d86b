using Nexus.Cli.Configuration;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Configuration;

/// <summary>The commands, as an operator runs them.</summary>
public sealed class ConfigCommandTests
{
    [Fact]
    public async Task Show_names_the_source_of_each_value_and_masks_secrets()
    {
        using var nexus = new NexusProgram();
        nexus.Environment["DATABASE_URL"] = "postgres://bot:hidden-word@localhost/nexus";
        var file = nexus.Write("nexus.json", """{ "database": { "maxPoolSize": 33 }, "logging": { "level": "warning" } }""");
        var view = (await nexus.RunAsync("config", "show", "--config", file, "--data", "/elsewhere", "--json")).Expect(0).Json;
        var values = view.GetProperty("settings").EnumerateArray().ToDictionary(
            setting => setting.GetProperty("key").GetString()!,
            setting => (setting.GetProperty("value").GetString(), setting.GetProperty("source").GetString()));
        Assert.Equal(("postgres://bot:********@localhost:5432/nexus", "environment"), values["database.url"]);
        Assert.Equal(("33", "file"), values["database.maxPoolSize"]);
        Assert.Equal(("/elsewhere", "option"), values["dataFolder"]);
        Assert.Equal(("public", "default"), values["database.schema"]);
        Assert.Equal(SettingCatalogue.All.Count, values.Count);

        var shown = (await nexus.RunAsync("config", "show", "--config", file, "--changed")).Expect(0).Output;
        Assert.Contains("nexus.json, line 1", shown, StringComparison.Ordinal);
        Assert.Contains("environment variable DATABASE_URL", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("database.schema", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-word", shown + view, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_ends_with_0_for_a_valid_configuration_1_for_a_wrong_one_and_2_for_a_wrong_command_line()
    {
        using var nexus = new NexusProgram();
        var file = nexus.Write("nexus.json", """{ "listen": "https://127.0.0.1:1", "history": { "days": 5 } }""");
        var run = (await nexus.RunAsync("config", "check", file)).Expect(1);
        Assert.Contains("line 1: listen: has an https address", run.Error, StringComparison.Ordinal);
        nexus.Write("nexus.json", """{ "history": { "days": 5 } }""");
        Assert.True((await nexus.RunAsync("config", "check", file, "--json")).Expect(0).Json.GetProperty("ok").GetBoolean());
        (await nexus.RunAsync("config", "check", file, "--wrong")).Expect(2);
        Assert.Contains("does not exist", (await nexus.RunAsync("config", "check", nexus["none.json"])).Expect(1).Error, StringComparison.Ordinal);
        nexus.Environment["NEXUS_FALBACK"] = "off";
        Assert.Contains("did you mean NEXUS_FALLBACK?", (await nexus.RunAsync("config", "check")).Expect(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_finds_what_serve_would_refuse_of_the_named_files()
    {
        using var nexus = new NexusProgram();
        var (junk, alerts) = (nexus.Write("junk.pem", "no certificate"), nexus.Write("alerts.json", """{ "rules": { "NoSuchRule": {} } }"""));
        File.SetUnixFileMode(junk, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        foreach (var (json, expected) in ((string, string)[])
        [
            ($$"""{ "listen": "https://127.0.0.1:0", "tls": { "certificate": "{{junk}}", "key": "{{junk}}" } }""", "must be PEM files"),
            ($$"""{ "alerts": { "file": "{{alerts}}" } }""", "NoSuchRule"),
            ($$"""{ "listen": "unix:{{nexus["none"]}}/nexus.sock" }""", "whose folder does not exist"),
            ("""{ "backup": { "target": "s3://" } }""", "must name a bucket"),
            ("""{ "backup": { "target": "ftp://host/x" } }""", "must be a folder or s3://"),
            ("""{ "backup": { "target": "s3:/bucket/x" } }""", "must be a folder or s3://"),
            ("""{ "backup": { "target": "S3:bucket" } }""", "must be a folder or s3://"),
            ("""{ "backup": { "target": "s3://user:word@bucket/x" } }""", "must name a bucket"),
            ("""{ "backup": { "target": "~/backups" } }""", "must not begin with ~"),
            ("""{ "dataFolder": "~/nexus" }""", "must not begin with ~"),
            ("""{ "alerts": { "file": "~" } }""", "must not begin with ~"),
        ])
        {
            var file = nexus.Write("nexus.json", json);
            Assert.Contains(expected, (await nexus.RunAsync("config", "check", file)).Expect(1).Error, StringComparison.Ordinal);
        }
        File.SetUnixFileMode(junk, (UnixFileMode)0b110_100_100);
        var open = nexus.Write("nexus.json", $$"""{ "listen": "https://127.0.0.1:0", "tls": { "certificate": "{{junk}}", "key": "{{junk}}" } }""");
        Assert.Contains("accessible to users other", (await nexus.RunAsync("config", "check", open)).Expect(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_warns_of_settings_that_have_no_effect_without_another()
    {
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_SHARD_URLS"] = "postgres://bot@localhost/two";
        Assert.Contains("database.shards has no effect", (await nexus.RunAsync("config", "check")).Expect(0).Error, StringComparison.Ordinal);
        nexus.Environment["DATABASE_URL"] = "postgres://bot@localhost/one";
        Assert.Contains("NEXUS_KEYS", (await nexus.RunAsync("config", "check")).Expect(0).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_refuses_a_configuration_with_an_error_and_one_that_needs_none_does_not()
    {
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_CONFIG"] = nexus.Write("nexus.json", """{ "database": { "maxPoolsize": 33 } }""");
        (await nexus.RunAsync("status")).Expect(1).ExpectOneLine("did you mean database.maxPoolSize?");
        (await nexus.RunAsync("keys", "generate")).Expect(0);
        nexus.Environment["NEXUS_CONFIG"] = nexus.Write("nexus.json", $$"""{ "dataFolder": "{{nexus["named"]}}" }""");
        (await nexus.RunAsync("status")).Expect(1);
    }

    [Fact]
    public void The_table_of_the_documentation_is_that_of_the_program()
    {
        const string Begin = "<!-- settings: nexus config reference -->\n", End = "<!-- end of settings -->";
        var text = File.ReadAllText(Path.Combine(RepositoryRoot(), "docs", "configuration.md"));
        var from = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        Assert.Equal(SettingReference.Markdown().Trim(), text[from..text.IndexOf(End, StringComparison.Ordinal)].Trim());
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Nexus.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
