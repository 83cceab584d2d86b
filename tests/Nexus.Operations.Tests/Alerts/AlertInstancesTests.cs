using Nexus.Operations.Tests.Monitoring;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Alerts;

/// <summary>Alerts of several instances on one database, in processes of their own.</summary>
public sealed class AlertInstancesTests
{
    [Fact]
    public async Task Of_three_instances_one_tells_once_and_after_its_death_another_tells_the_end()
    {
        using var receiver = new WebhookReceiver();
        await using var database = await TestDatabase.CreateAsync();
        using var folder = new TempFolder("alerts");
        var settings = folder["alerts.json"];
        await File.WriteAllTextAsync(settings, Settings(receiver.Url, threshold: -1));
        var key = Secrets.KeyRing.GenerateKey();
        var programs = Enumerable.Range(0, 3).Select(_ => new NexusProgram()).ToList();
        var processes = new List<ChildProcess>();
        try
        {
            foreach (var program in programs)
            {
                (program.Environment["DATABASE_URL"], program.Environment["NEXUS_KEYS"]) = (database.Url, key);
                program.Environment["ALERT_SECRET"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
                processes.Add((await program.ServeAsync("--fallback", "read-only", "--alerts", settings, "--monitor-interval", "1s")).Process);
            }
            // A shared rule is told once by all of them; a rule about an instance once for each, in one or several messages.
            await Eventually.TrueAsync(() => receiver.Count("alert.firing", "NexusBlockedSessions") > 0 && Instances(receiver).Count == 3);
            var leader = await LeaderAsync(programs);
            await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
            Assert.Equal(1, receiver.Attempts("alert.firing", "NexusBlockedSessions"));

            await processes[leader].KillAsync();
            var next = await LeaderAsync(programs, except: leader);
            Assert.NotEqual(leader, next);
            await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
            Assert.Equal(1, receiver.Attempts("alert.firing", "NexusBlockedSessions"));
            Assert.Equal(0, receiver.Attempts("alert.resolved", "NexusBlockedSessions"));

            // The condition ends: whoever leads now tells it, once.
            await File.WriteAllTextAsync(settings, Settings(receiver.Url, threshold: 1_000_000));
            await Eventually.TrueAsync(() => receiver.Count("alert.resolved", "NexusBlockedSessions") > 0);
            await Task.Delay(TimeSpan.FromSeconds(4), TestContext.Current.CancellationToken);
            Assert.Equal(1, receiver.Attempts("alert.firing", "NexusBlockedSessions"));
            Assert.Equal(1, receiver.Attempts("alert.resolved", "NexusBlockedSessions"));
        }
        finally
        {
            foreach (var process in processes) await process.DisposeAsync();
            foreach (var program in programs) program.Dispose();
        }
    }

    [Fact]
    public async Task An_alert_survives_a_restart_and_is_not_told_again()
    {
        using var receiver = new WebhookReceiver();
        using var program = new NexusProgram();
        program.Environment["ALERT_SECRET"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        Directory.CreateDirectory(program.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var settings = Path.Combine(program.Data, "alerts.json");
        await File.WriteAllTextAsync(settings, Settings(receiver.Url, threshold: -1));
        for (var start = 0; start < 2; start++)
        {
            var (process, _) = await program.ServeAsync("--monitor-interval", "1s");
            await using (process)
            {
                await Eventually.TrueAsync(async () => (await program.RunAsync("alerts", "list")).Output.Contains("firing", StringComparison.Ordinal)
                    && receiver.Count("alert.firing", "OwnRule") > 0);
                await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
                process.Signal(ChildProcess.SigTerm);
                await process.WaitForExitAsync();
            }
        }
        Assert.Equal(1, receiver.Attempts("alert.firing", "OwnRule"));
        Assert.Equal(0, receiver.Attempts("alert.resolved", "OwnRule"));
    }

    [Fact]
    public async Task While_PostgreSQL_is_unavailable_the_last_leader_goes_on_and_tells_the_end_too()
    {
        using var receiver = new WebhookReceiver();
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        using var program = new NexusProgram();
        (program.Environment["DATABASE_URL"], program.Environment["NEXUS_KEYS"]) = (database.Url, Secrets.KeyRing.GenerateKey());
        program.Environment["ALERT_SECRET"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        var settings = program.Write("alerts.json", Settings(receiver.Url, threshold: 1_000_000).Replace(
            "\"NexusPostgresDown\": { \"enabled\": false }", "\"NexusPostgresDown\": { \"for\": \"0s\", \"keepFiring\": \"0s\" }",
            StringComparison.Ordinal));
        var (process, _) = await program.ServeAsync("--monitor-interval", "1s", "--alerts", settings);
        await using (process)
        {
            await LeaderAsync([program]);
            for (var outage = 1; outage <= 2; outage++)
            {
                await cluster.StopAsync(immediately: true);
                await Eventually.TrueAsync(() => receiver.Count("alert.firing", "NexusPostgresDown") == outage);
                await cluster.RestartAsync();
                await Eventually.TrueAsync(() => receiver.Count("alert.resolved", "NexusPostgresDown") == outage, TimeSpan.FromSeconds(120));
                await LeaderAsync([program]);
            }
            await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);
            Assert.Equal(2, receiver.Attempts("alert.firing", "NexusPostgresDown"));
            Assert.Equal(2, receiver.Attempts("alert.resolved", "NexusPostgresDown"));
        }
    }

    [Fact]
    public async Task A_receiver_that_is_gone_disables_its_notifier_which_is_an_alert_itself()
    {
        using var receiver = new WebhookReceiver { Status = 410 };
        using var program = new NexusProgram();
        program.Environment["ALERT_SECRET"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        var settings = program.Write("alerts.json", Settings(receiver.Url, threshold: -1).Replace(
            "\"rules\": {", "\"rules\": { \"NexusNotifierFailing\": { \"for\": \"0s\" },", StringComparison.Ordinal));
        var (process, _) = await program.ServeAsync("--monitor-interval", "1s", "--alerts", settings);
        await using (process)
        {
            await Eventually.TrueAsync(async () => (await program.RunAsync("alerts", "list")).Output is var output
                && output.Contains("NexusNotifierFailing", StringComparison.Ordinal) && output.Contains("is disabled", StringComparison.Ordinal));
            Assert.Single(receiver.Received);

            // A successful test enables it again, and what waited arrives.
            (await program.RunAsync("alerts", "test", "hook")).Expect(1);
            receiver.Status = 200;
            (await program.RunAsync("alerts", "test", "hook")).Expect(0);
            await Eventually.TrueAsync(() => receiver.Count("alert.firing", "NexusNotifierFailing") > 0);
        }
    }

    [Fact]
    public async Task A_silenced_alert_is_listed_and_not_told_until_the_silence_ends()
    {
        using var receiver = new WebhookReceiver();
        using var program = new NexusProgram();
        program.Environment["ALERT_SECRET"] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        var settings = program.Write("alerts.json", Settings(receiver.Url, threshold: -1)
            .Replace("above\": -1", "above\": 1e9", StringComparison.Ordinal));
        var (process, _) = await program.ServeAsync("--monitor-interval", "1s", "--alerts", settings);
        await using (process)
        {
            (await program.RunAsync("alerts", "silence", "OwnRule", "--for", "8h")).Expect(2);
            // It would silence nothing, and nobody would know.
            (await program.RunAsync("alerts", "silence", "OwnRul", "--for", "8h", "--reason", "bulk load")).Expect(2);
            var silence = (await program.RunAsync("alerts", "silence", "Own*", "--for", "8h", "--reason", "bulk load", "--json")).Expect(0).Json;
            program.Write("alerts.json", Settings(receiver.Url, threshold: -1));
            await Eventually.TrueAsync(async () => (await program.RunAsync("alerts", "list"))
                .Output.Contains("firing, silenced", StringComparison.Ordinal));
            Assert.Equal(0, receiver.Attempts("alert.firing", "OwnRule"));

            (await program.RunAsync("alerts", "silence", "--end", silence.GetProperty("id").GetString()!)).Expect(0);
            await Eventually.TrueAsync(() => receiver.Count("alert.firing", "OwnRule") == 1);
            (await program.RunAsync("alerts", "silence", "--end", "unknown")).Expect(1);
        }
    }

    private static HashSet<string> Instances(WebhookReceiver receiver) => [.. receiver.Received
        .SelectMany(message => message.Body.GetProperty("data").GetProperty("alerts").EnumerateArray())
        .Where(alert => alert.GetProperty("rule").GetString() == "OwnRule")
        .Select(alert => alert.GetProperty("labels").GetProperty("instance").GetString()!)];

    private static async Task<int> LeaderAsync(List<NexusProgram> programs, int except = -1)
    {
        var leader = -1;
        await Eventually.TrueAsync(async () =>
        {
            for (var i = 0; i < programs.Count && leader < 0; i++)
            {
                if (i == except) continue;
                var list = await programs[i].RunAsync("alerts", "list", "--json");
                if (list.Output.Length > 0 && list.Json.GetProperty("isLeader").GetBoolean()) leader = i;
            }
            return leader >= 0;
        });
        return leader;
    }

    /// <summary>The rules of Nexus are off but two that always hold, so that a busy machine does not add alerts of its own.</summary>
    private static string Settings(string url, double threshold)
    {
        var off = string.Join(", ", Nexus.Operations.Alerts.RuleCatalogue.All.Where(rule => rule.Name is not "NexusBlockedSessions"
            and not "NexusNotifierFailing").Select(rule => $"\"{rule.Name}\": {{ \"enabled\": false }}"));
        return $$"""
            {
              "rules": { "NexusBlockedSessions": { "threshold": {{threshold}}, "for": "0s", "keepFiring": "0s" }, {{off}} },
              "custom": [{ "name": "OwnRule", "metric": "nexus_store_up", "above": {{threshold}}, "for": "0s", "summary": "Always." }],
              "grouping": { "by": ["rule", "instance"], "wait": "0s" },
              "notifiers": {
                "hook": { "type": "webhook", "url": "{{url}}", "secretVariable": "ALERT_SECRET", "allowPrivate": true },
                "log": { "type": "log" }
              }
            }
            """;
    }
}
