using Nexus.Failover;
using Nexus.Operations.Keys;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Backup;

/// <summary>The commands as an operator runs them.</summary>
public sealed class BackupCommandTests
{
    [Fact]
    public async Task The_embedded_store_is_backed_up_and_proven_while_the_server_runs()
    {
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_BACKUP_KEY"] = KeyMaintenance.Generate();
        (await nexus.RunAsync("backup", "create")).Expect(1).ExpectOneLine("has no embedded store");
        (await nexus.RunAsync("backup", "status")).Expect(1);
        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            var report = (await nexus.RunAsync("backup", "create", "--json")).Expect(0).Json;
            var name = report.GetProperty("name").GetString()!;
            Assert.Contains("nexus.key is not in the backup", report.GetProperty("notes")[0].GetString(), StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(nexus.Data, "backups", name, "store", "nexus.key")));
            Assert.Contains("not proven", (await nexus.RunAsync("backup", "list")).Expect(0).Output, StringComparison.Ordinal);
            (await nexus.RunAsync("backup", "status")).Expect(1);
            Assert.Contains($"{name} is proven", (await nexus.RunAsync("backup", "verify")).Expect(0).Output, StringComparison.Ordinal);
            Assert.Contains(name, (await nexus.RunAsync("backup", "status")).Expect(0).Output, StringComparison.Ordinal);
            (await nexus.RunAsync("backup", "verify", "nexus-20260101T000000Z-00000000")).Expect(1).ExpectOneLine("not a complete backup");
            (await nexus.RunAsync("backup", "verify", "--scratch", "--scratch-database", "x")).Expect(2);
            var usage = (await nexus.RunAsync("backup", "create", "--jobs", "99")).Expect(2);
            Assert.Contains("--jobs must be 1 to 32", usage.Error, StringComparison.Ordinal);
            nexus.Environment["NEXUS_BACKUP_KEY"] = "secret-that-is-no-key";
            var refused = (await nexus.RunAsync("backup", "create")).Expect(1).ExpectOneLine("is not a key");
            Assert.DoesNotContain("secret-that", refused.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_scratch_server_proves_a_backup_without_the_store_s_server()
    {
        using var nexus = new NexusProgram();
        var name = await BackUpGoneDatabaseAsync(nexus);
        var before = Directory.GetDirectories(Path.GetTempPath(), "nexus-scratch-*");
        var proof = (await nexus.RunAsync("backup", "verify", name, "--scratch", "--json")).Expect(0).Json;
        Assert.True(proof.GetProperty("ok").GetBoolean() && proof.GetProperty("isRestored").GetBoolean());
        Assert.True(proof.GetProperty("openedValues").GetInt64() > 20);
        Assert.Empty(Directory.GetDirectories(Path.GetTempPath(), "nexus-scratch-*").Except(before));
    }

    [Fact]
    public async Task A_scratch_server_ends_with_a_verification_that_is_killed()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("looks into /proc");
        using var nexus = new NexusProgram();
        var name = await BackUpGoneDatabaseAsync(nexus);
        await using var verify = nexus.Start("backup", "verify", name, "--scratch");
        string? folder = null;
        await Eventually.TrueAsync(() => verify.HasExited || (folder = ScratchFolderOf(verify.Id)) is not null);
        Assert.NotNull(folder);
        var pidFile = Path.Combine(folder, "data", "postmaster.pid");
        await Eventually.TrueAsync(() => verify.HasExited || File.Exists(pidFile));
        var server = int.Parse(File.ReadLines(pidFile).First(), System.Globalization.CultureInfo.InvariantCulture);
        await verify.KillAsync();
        await Eventually.TrueAsync(() => !ProcessTable.IsAlive(server) && !Directory.Exists(folder));

        // The folder in the command line of a child of the process.
        static string? ScratchFolderOf(int parent)
        {
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
            {
                try
                {
                    if (!File.ReadAllText(Path.Combine(process, "status")).Contains($"PPid:\t{parent}\n", StringComparison.Ordinal)) continue;
                    var arguments = File.ReadAllText(Path.Combine(process, "cmdline")).Split('\0');
                    if (Array.IndexOf(arguments, "-D") is var at and >= 0) return Path.GetDirectoryName(arguments[at + 1]);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    // It has ended.
                }
            }
            return null;
        }
    }

    [Fact]
    public async Task Ctrl_c_and_a_kill_leave_nothing_half_done()
    {
        using var nexus = new NexusProgram();
        await using var database = await TestDatabase.CreateAsync();
        nexus.Environment["DATABASE_URL"] = database.Url;
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["NEXUS_BACKUP_TARGET"] = nexus["target"];
        var options = new NexusOptions { Database = database.Url, Keys = nexus.Environment["NEXUS_KEYS"], Fallback = FallbackMode.Off };
        await using (var db = await NexusDb.OpenAsync(options)) await KeyRotationFillAsync(db);

        var interrupted = 0;
        for (var attempt = 0; attempt < 6 && interrupted == 0; attempt++)
        {
            await using var process = nexus.Start("backup", "create");
            await Eventually.TrueAsync(() => process.HasExited || HasDraft());
            process.Signal(ChildProcess.SigInt);
            var exitCode = await process.WaitForExitAsync();
            Assert.True(exitCode is 0 or 130, process.Error);
            if (exitCode == 130) interrupted++;
            Assert.False(HasDraft());
            Assert.Equal(attempt + 1 - interrupted, Directory.GetDirectories(nexus["target"]).Length);
        }
        Assert.True(interrupted > 0, "every attempt ended before it could be interrupted");
        await Eventually.TrueAsync(async () => await database.ScalarAsync<long>(
            $"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database.Name}' AND application_name IN ('pg_dump', 'nexus backup')") == 0);

        await using (var process = nexus.Start("backup", "create"))
        {
            await Eventually.TrueAsync(() => process.HasExited || HasDraft());
            await process.KillAsync();
        }
        var status = (await nexus.RunAsync("backup", "create", "--json")).Expect(0);
        Assert.False(HasDraft());
        (await nexus.RunAsync("backup", "verify", status.Json.GetProperty("name").GetString()!)).Expect(0);

        bool HasDraft() => Directory.Exists(nexus["target"]) && Directory.GetDirectories(nexus["target"], ".partial-*").Length > 0;
    }

    [Fact]
    public async Task A_terminal_shows_the_progress_and_the_time_left()
    {
        using var nexus = new NexusProgram();
        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            await using var terminal = nexus.StartInTerminal("backup", "create");
            Assert.Equal(0, await terminal.WaitForExitAsync());
            Assert.Contains("Backing up", terminal.Output, StringComparison.Ordinal);
        }
    }

    /// <summary>A backup of a database that is not there any more.</summary>
    private static async Task<string> BackUpGoneDatabaseAsync(NexusProgram nexus)
    {
        nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();
        nexus.Environment["NEXUS_BACKUP_TARGET"] = nexus["target"];
        await using var database = await TestDatabase.CreateAsync();
        var options = new NexusOptions { Database = database.Url, Keys = nexus.Environment["NEXUS_KEYS"], Fallback = FallbackMode.Off };
        await using (var db = await NexusDb.OpenAsync(options)) await BackupHome.FillAsync(db, 20);
        nexus.Environment["DATABASE_URL"] = database.Url;
        return (await nexus.RunAsync("backup", "create", "--json")).Expect(0).Json.GetProperty("name").GetString()!;
    }

    private static Task KeyRotationFillAsync(NexusDb db) => Keys.KeyRotationTests.FillAsync(db, 4000);
}
