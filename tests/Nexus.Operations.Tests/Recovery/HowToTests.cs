using Nexus.Failover;
using Nexus.Operations.Tests.Adoption;
using Nexus.Operations.Tests.Backup;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Recovery;

/// <summary>The commands of the how-to guides, run as they stand except for ports.</summary>
public sealed class HowToTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_block_of_commands_is_run_by_a_test()
    {
        var tests = File.ReadAllText(Path.Combine(Runbook.Root, "tests/Nexus.Operations.Tests/Recovery/HowToTests.cs"));
        string[] names = [.. Directory.GetFiles(Path.Combine(Runbook.Root, "docs/how-to"), "*.md").SelectMany(file => Runbook.Read(file).Names)];
        Assert.Equal(6, names.Length);
        Assert.All(names, name => Assert.Contains($"\"{name}\"", tests, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_backup_is_made_proven_and_judged()
    {
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: true, sessions: 3);
        var output = await RunAsync(home, "back-up", "nexus: back up");
        Assert.Contains("proven", output, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task The_keys_are_rotated_on_PostgreSQL()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false, sessions: 3);
        var output = await RunAsync(home, "rotate-keys", "nexus: rotate");
        Assert.Contains("open", output, StringComparison.OrdinalIgnoreCase);
        // The earlier key opens nothing any more.
        await Assert.ThrowsAnyAsync<Exception>(async () => { await using var db = await NexusDb.OpenAsync(home.Nexus(), cancellationToken: Token); });
    }

    [Fact]
    public async Task The_outbox_is_looked_at()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false, sessions: 1);
        var options = home.Nexus();
        options.Fallback = FallbackMode.ReadWrite;
        await (await NexusDb.OpenAsync(options, cancellationToken: Token)).DisposeAsync();
        Assert.Contains("0 writes are pending", await RunAsync(home, "fail-over", "nexus: after an outage"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_instances_serve_one_database()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false, sessions: 1);
        var output = await RunAsync(home, "scale", "nexus: two instances", ("18081", $"{Ports.Free()}"), ("18082", $"{Ports.Free()}"));
        Assert.Equal(2, output.Split("""{"status":"ok"}""").Length - 1);
    }

    [Fact]
    public async Task The_settings_of_the_alerts_are_accepted()
    {
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: false, sessions: 1);
        await RunAsync(home, "alert", "nexus: alert");
        var rules = await File.ReadAllTextAsync(Path.Combine(home.Data, "nexus.rules.yml"), Token);
        Assert.Contains("NexusConnectionsHigh", rules, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_legacy_database_is_adopted()
    {
        await using var legacy = await LegacyDatabase.CreateAsync();
        using var folder = new TempFolder("adopt");
        var output = await RunbookShell.RunAsync(
            Runbook.Read("docs/how-to/adopt.md")["nexus: adopt"], folder.Path,
            new Dictionary<string, string?>
            {
                ["DATABASE_URL"] = legacy.Database.Url,
                ["ENCRYPTION_KEY"] = LegacyDatabase.EncryptionKey,
                ["NEXUS_KEYS"] = Operations.Keys.KeyMaintenance.Generate(),
                ["NEXUS_DATA"] = folder["data"],
            });
        Assert.Contains("sessions", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_minutes_of_the_README_work()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Runbook.Root, "README.md"), Token);
        var calls = readme[readme.IndexOf("KEY=$(cat data/admin.key)", StringComparison.Ordinal)..];
        var port = $"{Ports.Free()}";
        using var folder = new TempFolder("readme");
        var output = await RunbookShell.RunAsync(
            $"""
            nexus serve --urls http://127.0.0.1:{port} > serve.log 2>&1 & server=$!
            curl --retry 60 --retry-connrefused --retry-delay 1 -fsS http://127.0.0.1:{port}/health/ready
            {calls[..calls.IndexOf("```", StringComparison.Ordinal)].Replace("8080", port, StringComparison.Ordinal)}
            kill $server && wait $server || true
            """,
            folder.Path, new Dictionary<string, string?> { ["DATABASE_URL"] = null, ["NEXUS_KEYS"] = null, ["NEXUS_DATA"] = null });
        Assert.DoesNotContain("\"code\":", output, StringComparison.Ordinal);
        Assert.Contains("\"role\":\"user\"", output, StringComparison.Ordinal);
        Assert.Contains("\"totalPnl\":\"13.7485\"", output, StringComparison.Ordinal);
    }

    private static Task<string> RunAsync(BackupHome home, string guide, string name, params (string Shown, string Real)[] values)
    {
        var commands = values.Aggregate(
            Runbook.Read($"docs/how-to/{guide}.md")[name], (text, value) => text.Replace(value.Shown, value.Real, StringComparison.Ordinal));
        return RunbookShell.RunAsync(
            commands, Path.GetDirectoryName(home.Data)!,
            new Dictionary<string, string?>
            {
                ["DATABASE_URL"] = home.Database?.Url,
                ["NEXUS_KEYS"] = home.Key,
                ["NEXUS_BACKUP_KEY"] = home.BackupKey,
                ["NEXUS_BACKUP_TARGET"] = home.Target,
                ["NEXUS_DATA"] = home.Data,
            });
    }
}
