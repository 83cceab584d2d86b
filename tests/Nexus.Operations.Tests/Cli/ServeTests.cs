using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

public sealed class ServeTests
{
    [Fact]
    public async Task A_first_start_keeps_the_admin_key_in_the_folder_and_out_of_what_is_redirected()
    {
        using var nexus = new NexusProgram();
        var (first, url) = await nexus.ServeAsync();
        await using (first)
        {
            var key = (await File.ReadAllTextAsync(Path.Combine(nexus.Data, "admin.key"))).Trim();
            Assert.DoesNotContain(key, first.Output + first.Error, StringComparison.Ordinal);
            Assert.Contains("admin.key", first.Output, StringComparison.Ordinal);
            using var http = Caller(url, key);
            Assert.Equal(HttpStatusCode.Created, (await PutAsync(http, "/v1/sessions/5", """{"apiKey":"a","config":{"mode":"PILOT"}}""")).StatusCode);
            await StopAsync(first, ChildProcess.SigTerm);
        }

        var (second, again) = await nexus.ServeAsync();
        await using (second)
        {
            using var http = Caller(again, (await File.ReadAllTextAsync(Path.Combine(nexus.Data, "admin.key"))).Trim());
            Assert.Contains("PILOT", await http.GetStringAsync("/v1/sessions/5"), StringComparison.Ordinal);
            Assert.DoesNotContain("admin", second.Output, StringComparison.Ordinal);
            await StopAsync(second, ChildProcess.SigInt);
        }
    }

    [Fact]
    public async Task A_demo_starts_alone_is_alive_and_leaves_nothing_behind()
    {
        using var nexus = new NexusProgram();
        nexus.Environment["DATABASE_URL"] = "postgres://nobody@127.0.0.1:1/none";
        nexus.Environment["TMPDIR"] = Directory.CreateDirectory(nexus["tmp"]).FullName;
        var (demo, url) = await nexus.ServeAsync("--demo");
        await using (demo)
        {
            var key = demo.Output.Split('\n').Single(line => line.StartsWith("Sign in to the demo", StringComparison.Ordinal)).Split(' ')[^1].Trim();
            using var http = Caller(url, key);
            await Eventually.TrueAsync(
                async () => (await http.GetStringAsync("/v1/trades?status=OPEN&limit=1")).Contains("\"OPEN\"", StringComparison.Ordinal));
            Assert.Contains("100001", await http.GetStringAsync("/v1/sessions?limit=1"), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/sign-in")).StatusCode);
            await StopAsync(demo, ChildProcess.SigTerm);
        }
        Assert.Empty(Directory.EnumerateDirectories(nexus["tmp"], "nexus-demo-*"));
        Assert.False(Directory.Exists(nexus.Data));
    }

    [Fact]
    public async Task A_terminal_is_shown_the_new_admin_key_once()
    {
        using var nexus = new NexusProgram();
        await using var terminal = nexus.StartInTerminal("serve", "--urls", "http://127.0.0.1:0");
        await terminal.ReadLineAsync(line => line.StartsWith("Serving at ", StringComparison.Ordinal));
        Assert.Contains((await File.ReadAllTextAsync(Path.Combine(nexus.Data, "admin.key"))).Trim(), terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_that_the_user_may_not_bind_is_named_with_the_remedy()
    {
        Assert.SkipWhen(OrdinaryUser.LowestPort <= 80, "every user of this machine may listen at port 80 (net.ipv4.ip_unprivileged_port_start)");
        using var nexus = new NexusProgram();
        var run = (await nexus.RunAsOrdinaryUserAsync("serve", "--urls", "http://127.0.0.1:80")).Expect(1);
        run.ExpectOneLine("http://127.0.0.1:80");
        run.ExpectOneLine("CAP_NET_BIND_SERVICE");
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("ftp://127.0.0.1:80")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:8080/path")]
    [InlineData("http://127.0.0.1:0;nonsense")]
    public async Task An_address_that_is_none_is_a_wrong_command_line(string urls)
    {
        using var nexus = new NexusProgram();
        (await nexus.RunAsync("serve", "--urls", urls)).Expect(2);
        Assert.False(Directory.Exists(nexus.Data));
    }

    [Fact]
    public async Task The_admin_key_of_the_environment_is_taken_and_kept_nowhere()
    {
        using var nexus = new NexusProgram();
        var key = new string('k', 40);
        nexus.Environment["NEXUS_ADMIN_KEY"] = key;
        var (process, url) = await nexus.ServeAsync();
        await using (process)
        {
            using var http = Caller(url, key);
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/v1/api-keys")).StatusCode);
            Assert.False(File.Exists(Path.Combine(nexus.Data, "admin.key")));
            Assert.DoesNotContain(key, process.Output + process.Error, StringComparison.Ordinal);
            await StopAsync(process, ChildProcess.SigTerm);
        }
        nexus.Environment["NEXUS_ADMIN_KEY"] = "short";
        (await nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Expect(1).ExpectOneLine("NEXUS_ADMIN_KEY");
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_is_refused()
    {
        using var nexus = new NexusProgram();
        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            (await nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Expect(1).ExpectOneLine("in use by another process");
            await StopAsync(process, ChildProcess.SigTerm);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_one_line()
    {
        using var nexus = new NexusProgram();
        using var other = new NexusProgram();
        var (process, url) = await nexus.ServeAsync();
        await using (process)
        {
            (await other.RunAsync("serve", "--urls", url)).Expect(1).ExpectOneLine("address already in use");
            await StopAsync(process, ChildProcess.SigTerm);
        }
    }

    [Fact]
    public async Task What_is_no_address_is_told_by_the_name_of_the_option()
    {
        using var nexus = new NexusProgram();
        foreach (var urls in new[] { "ftp://127.0.0.1:0", "nonsense", "", "http://127.0.0.1:99999", "http://127.0.0.1:0/path" })
        {
            var run = (await nexus.RunAsync("serve", "--urls", urls)).Expect(2);
            Assert.Contains("--urls", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Whoever_listens_to_others_is_warned_and_requests_are_no_log_lines()
    {
        using var nexus = new NexusProgram();
        await using var process = nexus.Start("serve", "--urls", "http://0.0.0.0:0", "--log-format", "json");
        var line = await process.ReadLineAsync(line => line.StartsWith("Serving at ", StringComparison.Ordinal));
        await process.ReadErrorLineAsync(line => line.Contains("TLS", StringComparison.Ordinal) && line.StartsWith('{'));
        var before = process.Error.Length;
        using var http = new HttpClient
        {
            BaseAddress = new Uri(line["Serving at ".Length..].Split(',')[0].Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal)),
        };
        for (var i = 0; i < 20; i++) await http.GetAsync(i % 2 == 0 ? "/v1/sessions" : "/nowhere");
        await StopAsync(process, ChildProcess.SigTerm);
        Assert.DoesNotContain("/v1/sessions", process.Error[before..], StringComparison.Ordinal);
        Assert.DoesNotContain("Bearer", process.Error[before..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_acknowledged_before_SIGTERM_is_there_after_a_restart()
    {
        using var nexus = new NexusProgram();
        var acknowledged = new System.Collections.Concurrent.ConcurrentBag<int>();
        var (process, url) = await nexus.ServeAsync();
        await using (process)
        {
            using var http = Caller(url, (await File.ReadAllTextAsync(Path.Combine(nexus.Data, "admin.key"))).Trim());
            var writers = Enumerable.Range(0, 8).Select(async writer =>
            {
                try
                {
                    for (var i = writer; ; i += 8)
                    {
                        if ((await PutAsync(http, $"/v1/sessions/{i}", """{"config":{}}""")).IsSuccessStatusCode) acknowledged.Add(i);
                    }
                }
                catch (HttpRequestException)
                {
                    // The server is gone.
                }
            }).ToArray();
            await Eventually.TrueAsync(() => acknowledged.Count > 100);
            await StopAsync(process, ChildProcess.SigTerm);
            await Task.WhenAll(writers);
        }
        var status = (await nexus.RunAsync("status", "--json")).Expect(0).Json;
        Assert.True(status.GetProperty("store").GetProperty("sessions").GetInt64() >= acknowledged.Count);
    }

    private static async Task StopAsync(ChildProcess process, int signal)
    {
        process.Signal(signal);
        Assert.Equal(0, await process.WaitForExitAsync());
    }

    private static HttpClient Caller(string url, string key) =>
        new() { BaseAddress = new Uri(url), DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) } };

    private static Task<HttpResponseMessage> PutAsync(HttpClient http, string path, string json) =>
        http.PutAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));
}
