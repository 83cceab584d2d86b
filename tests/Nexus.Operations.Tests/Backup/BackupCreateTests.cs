using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Chats;
using Nexus.Json;
using Nexus.Operations.Backup;
using Nexus.Sessions;
using Nexus.TestKit;
using Nexus.Trades;

namespace Nexus.Operations.Tests.Backup;

public sealed class BackupCreateTests
{
    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task A_backup_is_proven_by_restoring_it(bool postgres, bool encrypted)
    {
        await using var home = await BackupHome.CreateAsync(postgres, encrypted);
        var report = await home.BackUpAsync();
        Assert.Equal(encrypted, report.KeyId is not null);
        Assert.True(report.Rows > 100);
        var before = await home.Manager().ReadStatusAsync(null, TestContext.Current.CancellationToken);
        Assert.Equal([BackupFindingCodes.Unproven], before.Findings.Select(finding => finding.Code));

        var proof = await home.VerifyAsync(report.Name);
        Assert.True(proof.IsProof, string.Join('\n', proof.Steps));
        Assert.Equal(report.Rows, proof.Rows);
        Assert.True(proof.OpenedValues > 80);
        Assert.Contains(proof.Steps, step => step.Name == "queries"
            && step.Detail.Contains("access and performance of 5 chats", StringComparison.Ordinal));
        var after = await home.Manager().ReadStatusAsync(null, TestContext.Current.CancellationToken);
        Assert.True(after.Ok, string.Join('\n', after.Findings));
        Assert.Equal(report.Name, after.NewestProven?.Name);
    }

    /// <summary>A dump makes the extension again and leaves out what is in its tables and sequences.</summary>
    [Fact]
    public async Task What_belongs_to_an_extension_is_not_compared()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        await home.Database!.ExecuteAsync("""
            CREATE SEQUENCE of_extension; SELECT nextval('of_extension'); CREATE TABLE of_extension_too AS SELECT 1 AS one;
            ALTER EXTENSION plpgsql ADD SEQUENCE of_extension; ALTER EXTENSION plpgsql ADD TABLE of_extension_too
            """);

        var proof = await home.VerifyAsync((await home.BackUpAsync()).Name);

        Assert.True(proof.IsProof, string.Join('\n', proof.Steps));
    }

    /// <summary>The session that watches the dump holds the snapshot. Cancelling a look in flight would close it.</summary>
    [Fact]
    public async Task The_end_of_the_dump_leaves_the_session_of_the_snapshot_alone()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        for (var run = 0; run < 3; run++)
        {
            var manager = new BackupManager(home.Nexus(), home.Options(), NullLoggerFactory.Instance, new HastyClock());
            Assert.True((await manager.CreateAsync(progress: null, TestContext.Current.CancellationToken)).Rows > 100);
        }
    }

    [Fact]
    public async Task Nothing_of_an_encrypted_backup_is_readable()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: true);
        var options = home.Options();
        options.Compression = 0;
        var report = await home.BackUpAsync(options);
        var plain = home.Options(home["plain"]);
        (plain.Compression, plain.Key) = (0, null);
        var readable = await home.BackUpAsync(plain);

        foreach (var word in new[] { "BTCUSDT", "PILOT", "CREATE TABLE", "public" })
        {
            Assert.Contains(word, await ReadAllAsync(Path.Combine(home["plain"], readable.Name)), StringComparison.Ordinal);
            Assert.DoesNotContain(word, await ReadAllAsync(Path.Combine(home.Target, report.Name)), StringComparison.Ordinal);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(home.Target, ".partial-*"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_backup_of_a_store_that_is_written_to_is_consistent(bool postgres)
    {
        await using var home = await BackupHome.CreateAsync(postgres, encrypted: false, sessions: 400);
        await using var db = await NexusDb.OpenAsync(home.Nexus());
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var writing = WriteAsync(db, stop.Token);
        var report = await home.BackUpAsync();
        await stop.CancelAsync();
        var written = await writing;
        await db.DisposeAsync();

        Assert.True(written > 0);
        var proof = await home.VerifyAsync(report.Name);
        Assert.True(proof.IsProof, string.Join('\n', proof.Steps));
    }

    [Fact]
    public async Task A_second_backup_of_the_same_database_or_into_the_same_target_is_refused()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        await using (var connection = await home.Database!.DataSource.OpenConnectionAsync(TestContext.Current.CancellationToken))
        {
            await using var command = connection.CreateCommand();
            command.CommandText = "SELECT pg_advisory_lock(hashtextextended('nexus_backup', 0))";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await RefusedAsync(home, BackupErrorKind.Busy, "another backup of this database is running (process ");
            command.CommandText = "SELECT pg_advisory_unlock_all()";
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        await using (FileLock.Acquire(Path.Combine(home.Target, ".nexus-backup.lock"), "")) await RefusedAsync(
            home, BackupErrorKind.Busy, home.Target);
        await home.BackUpAsync();
    }

    [Fact]
    public async Task A_database_without_the_state_is_not_backed_up()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        await using var empty = await TestDatabase.CreateAsync();
        var nexus = home.Nexus();
        nexus.Database = empty.Url;
        var error = await Assert.ThrowsAsync<BackupException>(() =>
            home.Manager(nexus: nexus).CreateAsync(null, TestContext.Current.CancellationToken));
        Assert.Equal(BackupErrorKind.Refused, error.Kind);
        Assert.Contains("has no state of Nexus", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(home.Target));
    }

    [Fact]
    public async Task A_full_disk_is_noticed_before_the_dump()
    {
        await using var disk = await SmallDisk.MountAsync(24);
        if (disk is null) Assert.Skip("this machine does not allow mounts");
        foreach (var postgres in new[] { true, false })
        {
            await using var home = await BackupHome.CreateAsync(postgres, encrypted: false);
            var error = await Assert.ThrowsAsync<BackupException>(() => home.BackUpAsync(home.Options(disk.Path)));
            Assert.Equal(BackupErrorKind.DiskFull, error.Kind);
            Assert.Matches("needs about [0-9]+ MiB, and [0-9]+ MiB are free", error.Message);
            Assert.Empty(Directory.EnumerateDirectories(disk.Path));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_disk_that_is_full_in_the_middle_leaves_nothing(bool encrypted)
    {
        await using var disk = await SmallDisk.MountAsync(100);
        if (disk is null) Assert.Skip("this machine does not allow mounts");
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted);
        // It does not compress, so the rest of the disk is too small for it.
        await home.Database!.ExecuteAsync("CREATE TABLE large AS SELECT sha512(n::text::bytea) AS b FROM generate_series(1, 40000) AS n");
        var options = home.Options(disk.Path);
        var filler = Path.Combine(disk.Path, "filler");
        var fill = $"head -c 200M /dev/zero > '{filler}' 2>/dev/null; truncate -s -1M '{filler}'; ";
        options.Programs = home["filling"];
        Directory.CreateDirectory(home["filling"]);
        var binaries = PostgresBinaries.Find();
        foreach (var program in new[] { "pg_dump", "pg_dumpall", "pg_restore" })
        {
            File.WriteAllText(home[$"filling/{program}"], $"#!/bin/sh\n[ \"$1\" = --version ] || {{ {(program == "pg_dump" ? fill : "")}:; }}\n"
                + $"exec '{binaries[program]}' \"$@\"\n");
            File.SetUnixFileMode(home[$"filling/{program}"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        var error = await Assert.ThrowsAsync<BackupException>(() => home.BackUpAsync(options));
        Assert.Equal(BackupErrorKind.DiskFull, error.Kind);
        Assert.Contains("no space is left", error.Message, StringComparison.Ordinal);
        Assert.Contains(disk.Path, error.Message, StringComparison.Ordinal);
        Assert.Equal([".nexus-backup.lock", "filler"], Directory.EnumerateFileSystemEntries(disk.Path).Select(Path.GetFileName).Order());
        File.Delete(filler);
        options.Programs = null;
        var report = await home.BackUpAsync(options);
        Assert.True((await home.VerifyAsync(report.Name, options: options)).IsProof);
    }

    [Fact]
    public async Task Rows_that_a_policy_hides_fail_the_backup()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        var role = $"reader_{Guid.NewGuid():n}";
        await home.Database!.ExecuteAsync($"CREATE ROLE {role} LOGIN; GRANT pg_read_all_data TO {role}");
        await home.Database.ExecuteAsync("ALTER TABLE sessions ENABLE ROW LEVEL SECURITY; CREATE POLICY one_chat ON sessions USING (chat_id = '1')");
        var nexus = home.Nexus();
        nexus.Database = home.Database.Cluster.Url(home.Database.Name, user: role);
        await Assert.ThrowsAnyAsync<Exception>(() => home.Manager(nexus: nexus).CreateAsync(null, TestContext.Current.CancellationToken));
        Assert.Empty(Directory.EnumerateDirectories(home.Target));
        await home.Database.ExecuteAsync("ALTER TABLE sessions DISABLE ROW LEVEL SECURITY");
        await home.Manager(nexus: nexus).CreateAsync(null, TestContext.Current.CancellationToken);
        await home.Database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
    }

    [Fact]
    public async Task Tables_of_others_with_odd_names_and_types_are_part_of_it()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: false);
        await home.Database!.ExecuteAsync("""
            CREATE SCHEMA "Odd ""schema";
            CREATE TABLE "Odd ""schema"."ta ble'" ("r" int, "a""b" json, p point, m money, x xml, t text[], n numeric, b bytea, e double precision);
            INSERT INTO "Odd ""schema"."ta ble'" VALUES (
                1, '{"a":1}', '(1,2)', 12.5, '<a/>', '{a,"b c"}', 'NaN', '\x00ff', 0.1); INSERT INTO "Odd ""schema"."ta ble'" DEFAULT VALUES;
            CREATE TABLE r (r int GENERATED ALWAYS AS IDENTITY, only_text text); INSERT INTO r (only_text) VALUES (E'line\nbreak\\.');
            CREATE TABLE no_columns (); INSERT INTO no_columns DEFAULT VALUES;
            CREATE TABLE parent_of (a int) PARTITION BY LIST (
                a); CREATE TABLE child_of PARTITION OF parent_of DEFAULT; INSERT INTO parent_of VALUES (7);
            CREATE UNLOGGED TABLE unlogged (a int); INSERT INTO unlogged VALUES (1);
            """);
        var report = await home.BackUpAsync();
        var proof = await home.VerifyAsync(report.Name);
        Assert.True(proof.IsProof, string.Join('\n', proof.Steps));
    }

    internal static async Task RefusedAsync(BackupHome home, BackupErrorKind kind, string part, BackupOptions? options = null)
    {
        var error = await Assert.ThrowsAsync<BackupException>(() => home.BackUpAsync(options));
        Assert.Equal(kind, error.Kind);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(home.Target));
    }

    private static async Task<int> WriteAsync(NexusDb db, CancellationToken cancellationToken)
    {
        var written = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            await db.Sessions.SaveAsync(new Session(written % 50, $"key {written}", null, StateJson.Parse($$"""{"n":{{written}}}""")),
                cancellationToken: default);
            await db.Trades.OpenAsync(
                new Trade { ChatId = 7, Symbol = "X", Side = TradeSide.Short, EntryPrice = written + 1, Quantity = 1 }, CancellationToken.None);
            written++;
        }
        return written;
    }

    private static async Task<string> ReadAllAsync(string folder)
    {
        var text = new System.Text.StringBuilder();
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) == "manifest.json") continue;
            text.Append(System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));
        }
        return text.ToString();
    }

    /// <summary>Its periodic timers tick all the time.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Shorter(dueTime), Shorter(period));

        private static TimeSpan Shorter(TimeSpan time) => time == TimeSpan.FromMilliseconds(500) ? TimeSpan.FromMilliseconds(1) : time;
    }
}
