using Nexus.Failover;
using Nexus.Operations.Backup;
using Nexus.Operations.Keys;
using Nexus.Operations.Tests.Backup;
using Nexus.Json;
using Nexus.Sessions;
using Nexus.TestKit;
using Nexus.Users;

namespace Nexus.Operations.Tests.Recovery;

/// <summary>The sections of docs/recovery.md that need no pgBackRest.</summary>
public sealed class RecoveryRunbookTests
{
    private static readonly Runbook Steps = Runbook.Read("docs/recovery.md");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_block_of_commands_is_run_by_a_test()
    {
        var tests = string.Concat(Directory.GetFiles(Path.Combine(Runbook.Root, "tests/Nexus.Operations.Tests/Recovery"), "*Tests.cs")
            .Select(File.ReadAllText));
        string[] names = [.. Steps.Names, .. Runbook.Read("deploy/pgbackrest/README.md").Names];
        Assert.True(names.Length > 10);
        Assert.All(names, name => Assert.Contains($"\"{name}\"", tests, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dump_replaces_the_database_and_keeps_the_earlier_one()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: true);
        await home.BackUpAsync();
        await home.Database!.ExecuteAsync("/* nexus */ DELETE FROM sessions; DELETE FROM trades");
        await home.Database.CloseConnectionsAsync();

        var output = await RunAsync(home, "nexus: restore a dump");
        Assert.Contains("would be restored", output, StringComparison.Ordinal);
        Assert.Equal(40L, await home.Database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
        await home.Database.ExecuteAsync("DROP DATABASE " + await home.Database.ScalarAsync<string>(
            $"SELECT datname::text FROM pg_database WHERE datname LIKE '{home.Database.Name[..30]}%\\_replaced\\_%'"));
    }

    [Fact]
    public async Task One_chat_is_restored()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: true);
        await using (var db = await NexusDb.OpenAsync(home.Nexus()))
        {
            await db.Users.SaveAsync(1001, new UserChange { Name = "before", Days = 30 }, cancellationToken: Token);
            await home.BackUpAsync();
            await db.Users.SaveAsync(1001, new UserChange { Name = "after" }, cancellationToken: Token);
            var output = await RunAsync(home, "nexus: restore one chat");
            Assert.Contains("changes  user", output, StringComparison.Ordinal);
        }
        await using (var db = await NexusDb.OpenAsync(home.Nexus())) Assert.Equal("before", (await db.Users.GetAsync(1001, Token))!.Name);
    }

    [Fact]
    public async Task The_ring_of_a_running_server_is_found()
    {
        using var nexus = new NexusProgram();
        var key = KeyMaintenance.Generate();
        nexus.Environment["NEXUS_KEYS"] = key;
        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: false);
            await RunAsync(home, "nexus: keys of a running server", ("4711", $"{process.Id}"));
            var file = Path.Combine(home.Data, "found-keys.env");
            Assert.Equal($"NEXUS_KEYS={key}\n", await File.ReadAllTextAsync(file, Token));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }

    [Fact]
    public async Task Without_a_ring_everything_but_the_secrets_is_saved()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        await using var database = await TestDatabase.CreateAsync(home.Database!.Cluster);
        Directory.CreateDirectory(home.Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await RunAsync(home, "nexus: a new ring", variables: new() { ["NEXUS_KEYS"] = null, ["NEXUS_NEW_DATABASE"] = database.Url });

        var keys = (await File.ReadAllTextAsync(Path.Combine(home.Data, "new-keys.env"), Token)).Trim()["NEXUS_KEYS=".Length..];
        var options = new NexusOptions { Database = database.Url, DataFolder = $"{home.Data}-new", Keys = keys, Fallback = FallbackMode.Off };
        await using var db = await NexusDb.OpenAsync(options);
        Assert.Equal(40, await database.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE api_key IS NULL AND api_secret IS NULL"));
        Assert.Equal(
            await home.Database.QueryAsync<string>("SELECT id::text || entry_price FROM trades ORDER BY 1"),
            await database.QueryAsync<string>("SELECT id::text || entry_price FROM trades ORDER BY 1"));
        Assert.Equal("user 3", (await db.Users.GetAsync(3, Token))!.Name);
        var session = (await db.Sessions.GetAsync(3, Token))!;
        Assert.Contains("PILOT", session.Config.Reveal().ToString(), StringComparison.Ordinal);
        // A subscriber enters new keys.
        await db.Sessions.SaveAsync(new Session(3, "new key", "new secret", StateJson.Parse("{}")), cancellationToken: Token);
    }

    [Fact]
    public async Task A_lost_outbox_comes_back_and_is_replayed_once()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: true);
        await SpoolAsync(home);
        // The command works on the store itself, which is available again.
        var report = await home.BackUpAsync();
        Assert.Equal(0L, await home.Database!.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE chat_id = '777'"));

        await RunAsync(home, "nexus: restore the data folder");
        Assert.True(File.Exists(Path.Combine($"{home.Data}.before", FallbackFiles.FileName)));
        for (var round = 1; round <= 2; round++)
        {
            await using (var db = await NexusDb.OpenAsync(ReadWrite(home, home.Database.Url)))
            {
                await Eventually.TrueAsync(async () => db.Fallback is { Pending: 0, IsLocal: false } && await VersionAsync() == 1);
                Assert.Equal("spooled", (await db.Sessions.GetAsync(777, Token))?.ApiKey?.Reveal());
            }
            Assert.Equal(1L, await VersionAsync());
            // The same file once more: what was applied is not applied again.
            Directory.Delete(home.Data, recursive: true);
            await home.Manager().ExtractFallbackAsync(report.Name, home.Data, isDryRun: false, allowUnencrypted: false, Token);
        }
        var refused = await Assert.ThrowsAsync<BackupException>(
            () => home.Manager().ExtractFallbackAsync(report.Name, home.Data, isDryRun: false, allowUnencrypted: false, Token));
        Assert.Equal(BackupErrorKind.Refused, refused.Kind);
        // A restore that is refused leaves no outbox, which the next attempt would not replace.
        var occupied = await Assert.ThrowsAsync<BackupException>(
            () => home.Manager().RestoreAsync(report.Name, new() { FallbackFolder = home["elsewhere"] }, null, Token));
        Assert.Equal((BackupErrorKind.Refused, false), (occupied.Kind, Directory.Exists(home["elsewhere"])));

        async Task<long?> VersionAsync() => (await home.Database.QueryAsync<long>("SELECT version FROM sessions WHERE chat_id = '777'"))
            .Cast<long?>().SingleOrDefault();
    }

    /// <summary>A write while PostgreSQL is unavailable.</summary>
    private static async Task SpoolAsync(BackupHome home)
    {
        var cluster = home.Database!.Cluster;
        await using var proxy = new TcpProxy(cluster.Host, cluster.Port);
        await using var db = await NexusDb.OpenAsync(ReadWrite(home, cluster.Url(home.Database.Name, port: proxy.Port)));
        proxy.Refusing = true;
        proxy.CutAll();
        await db.Sessions.SaveAsync(new Session(777, "spooled", null, StateJson.Parse("{}")), cancellationToken: Token);
    }

    private static NexusOptions ReadWrite(BackupHome home, string url)
    {
        var options = home.Nexus();
        (options.Database, options.Fallback, options.FallbackAfter) = (url, FallbackMode.ReadWrite, TimeSpan.FromMilliseconds(200));
        return options;
    }

    private static Task<string> RunAsync(
        BackupHome home, string name, (string Shown, string Real)? value = null, Dictionary<string, string?>? variables = null)
    {
        var commands = Steps[name].Replace("/var/lib/nexus", home.Data, StringComparison.Ordinal);
        if (value is var (shown, real)) commands = commands.Replace(shown, real, StringComparison.Ordinal);
        var environment = new Dictionary<string, string?>
        {
            ["DATABASE_URL"] = home.Database?.Url,
            ["NEXUS_KEYS"] = home.Key,
            ["NEXUS_BACKUP_KEY"] = home.BackupKey,
            ["NEXUS_BACKUP_TARGET"] = home.Target,
            ["NEXUS_DATA"] = home.Data,
        };
        foreach (var (variable, text) in variables ?? []) environment[variable] = text;
        return RunbookShell.RunAsync(commands, Path.GetDirectoryName(home.Data)!, environment);
    }
}
