using System.Text;
using Nexus.Json;
using Nexus.Operations.Keys;
using Nexus.Sessions;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

public sealed class ExchangeCommandTests
{
    [Fact]
    public async Task An_export_of_a_running_server_goes_through_a_pipe_into_another_store()
    {
        using var one = new NexusProgram();
        using var other = new NexusProgram();
        var key = KeyMaintenance.Generate();
        one.Environment["NEXUS_KEYS"] = other.Environment["NEXUS_KEYS"] = key;
        await using (
            var db = await NexusDb.OpenAsync(
                new NexusOptions
                {
                    DataFolder = one.Data,
                    Keys = key,
                })) await db.Sessions.SaveAsync(new Session(1, "hidden-key", null, StateJson.EmptyObject));
        var (process, _) = await one.ServeAsync();
        string exported;
        await using (process)
        {
            exported = (await one.RunAsync("export", "-")).Expect(0).Output;
            Assert.Contains("1 sessions", (await one.RunAsync("export", one["file.ndjson"])).Expect(0).Output, StringComparison.Ordinal);
            Assert.Equal(1, (await one.RunAsync("export", one["file.ndjson"], "--json")).Expect(0).Json.GetProperty("total").GetInt64());
            (await one.RunAsync("import", one["file.ndjson"])).Expect(1).ExpectOneLine("in use by another process");
            Assert.Contains("--dry-run", (await one.RunAsync("import", "--dry-run", one["file.ndjson"])).Expect(0).Output, StringComparison.Ordinal);
        }
        Assert.DoesNotContain("hidden-key", exported, StringComparison.Ordinal);
        Assert.Equal(Encoding.UTF8.GetString(await File.ReadAllBytesAsync(one["file.ndjson"])).Split('\n').Length, exported.Split('\n').Length);
        Assert.DoesNotContain(
            Directory.GetFiles(Path.GetDirectoryName(one["file.ndjson"])!), file => file.EndsWith(".part", StringComparison.Ordinal));

        var report = (await other.RunAsync(["import", "--json", "-"], exported)).Expect(0).Json;
        Assert.Equal(1, report.GetProperty("counts").GetProperty("sessions").GetProperty("imported").GetInt64());
        await using var target = await NexusDb.OpenAsync(new NexusOptions { DataFolder = other.Data, Keys = key });
        Assert.Equal("hidden-key", (await target.Sessions.GetAsync(1))!.ApiKey!.Reveal());
    }

    [Fact]
    public async Task Refused_records_are_named_on_the_error_output_and_the_exit_code_is_1()
    {
        using var nexus = new NexusProgram();
        var file = nexus.Write(
            "sessions.json",
            """{"12": {"api_key": "k", "config": {}}, "ID": {"config": {}}}""".Replace("ID", new string('x', 51), StringComparison.Ordinal));
        var run = (await nexus.RunAsync("import", file)).Expect(1);
        Assert.Contains("x: chat_id: must be at most 50 characters, not 51", run.Error, StringComparison.Ordinal);
        Assert.Matches(@"sessions\s+1\s+0\s+0\s+0\s+1", run.Output);
        (await nexus.RunAsync("import", nexus["missing.json"])).Expect(1).ExpectOneLine("missing.json");
    }
}
