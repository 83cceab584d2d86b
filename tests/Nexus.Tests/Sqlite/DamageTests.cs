using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Secrets;
using Nexus.Sqlite;
using Nexus.Stores;
using Nexus.TestKit;

namespace Nexus.Tests.Sqlite;

/// <summary>A file that is not what the store left behind is found at the start, and left as it is.</summary>
public sealed class DamageTests
{
    private static async Task FillAsync(string folder, int from, int count)
    {
        await using var store = new SqliteStore(folder, TimeProvider.System, NullLoggerFactory.Instance);
        await store.OpenAsync(TestStore.Token);
        for (var n = from; n < from + count; n += 100)
            await store.ApplyAsync([.. Enumerable.Range(n, 100).Select(id => TestStore.Session($"{id}",
                $$"""{"mode":"PILOT","n":{{id}},"text":"{{new string('x', 400)}}"}"""))], atomic: false, TestStore.Token);
    }

    private static async Task<StoreIncompatibleException> RefusedAsync(string folder)
    {
        var file = Path.Combine(folder, SqliteStore.FileName);
        var before = File.Exists(file) ? await File.ReadAllBytesAsync(file, TestStore.Token) : [];
        await using var store = new SqliteStore(folder, TimeProvider.System, NullLoggerFactory.Instance);
        var error = await Assert.ThrowsAsync<StoreIncompatibleException>(() => store.OpenAsync(TestStore.Token));
        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.Exists(file) ? await File.ReadAllBytesAsync(file, TestStore.Token) : []);
        return error;
    }

    [Fact]
    public async Task A_file_that_is_older_than_its_log_is_refused()
    {
        using var folder = new TempFolder();
        var file = folder[SqliteStore.FileName];
        await FillAsync(folder.Path, 1000, 300);
        var old = await File.ReadAllBytesAsync(file, TestStore.Token);
        byte[] log;
        await using (var store = new SqliteStore(folder.Path, TimeProvider.System, NullLoggerFactory.Instance))
        {
            await store.OpenAsync(TestStore.Token);
            // Enough for a checkpoint, after which the log starts again.
            for (var n = 0; n < 60; n++)
                await store.ApplyAsync([.. Enumerable.Range(2000 + (n * 100), 100)
                    .Select(id => TestStore.Session($"{id}", $$"""{"mode":"PILOT","text":"{{new string('y', 2000)}}"}"""))], atomic: false,
                        TestStore.Token);
            await store.ApplyAsync([.. Enumerable.Range(1000, 100).Select(id => TestStore.Session($"{id}", """{"mode":"WATCHER"}"""))],
                atomic: false, TestStore.Token);
            log = await File.ReadAllBytesAsync($"{file}-wal", TestStore.Token);
        }
        await File.WriteAllBytesAsync(file, old, TestStore.Token);
        await File.WriteAllBytesAsync($"{file}-wal", log, TestStore.Token);
        File.Delete($"{file}-shm");

        Assert.Contains("damaged", (await RefusedAsync(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public async Task A_file_that_was_cut_is_refused(double share)
    {
        using var folder = new TempFolder();
        await FillAsync(folder.Path, 0, 500);
        await using (var file = new FileStream(folder[SqliteStore.FileName], FileMode.Open)) file.SetLength(
            (long)(file.Length * share) / 4096 * 4096);

        Assert.Contains("damaged", (await RefusedAsync(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(20)]
    public async Task A_page_that_was_overwritten_is_refused(int page)
    {
        using var folder = new TempFolder();
        await FillAsync(folder.Path, 0, 500);
        await using (var file = new FileStream(folder[SqliteStore.FileName], FileMode.Open))
        {
            file.Position = page * 4096;
            file.Write(Enumerable.Repeat((byte)0xA5, 4096).ToArray());
        }

        Assert.Contains("damaged", (await RefusedAsync(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_emptied_file_of_a_store_that_was_used_is_refused_and_a_new_folder_is_not()
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder[SqliteStore.FileName], [], TestStore.Token);
        await FillAsync(folder.Path, 0, 100);
        await File.WriteAllTextAsync(folder[KeyFile.FileName], "a key", TestStore.Token);
        await File.WriteAllBytesAsync(folder[SqliteStore.FileName], [], TestStore.Token);

        Assert.Contains("was truncated", (await RefusedAsync(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_without_its_file_is_refused()
    {
        using var folder = new TempFolder();
        await File.WriteAllBytesAsync(folder[$"{SqliteStore.FileName}-wal"], new byte[5000], TestStore.Token);

        Assert.Contains("-wal", (await RefusedAsync(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused()
    {
        using var folder = new TempFolder();
        TestStore.Query(folder[SqliteStore.FileName], "CREATE TABLE notes (x); INSERT INTO notes VALUES (1)");

        Assert.Contains("not a Nexus database", (await RefusedAsync(folder.Path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_background_finds_is_a_concern_of_the_store()
    {
        using var folder = new TempFolder();
        await FillAsync(folder.Path, 0, 500);
        var file = folder[SqliteStore.FileName];
        await using (var stream = new FileStream(file, FileMode.Open))
        {
            stream.Position = 5 * 4096;
            stream.Write(new byte[4096]);
        }
        await using var check = new SqliteCheck(file, NullLogger.Instance);
        Assert.Null(check.Concern);

        check.GoOn();

        await Eventually.TrueAsync(() => check.Concern is not null);
        Assert.Equal(StoreConcern.DamagedFile, check.Concern!.Code);
    }

    [Fact]
    public async Task A_whole_file_is_checked_to_its_end_at_the_start()
    {
        using var folder = new TempFolder();
        await FillAsync(folder.Path, 0, 200);
        await using var check = new SqliteCheck(folder[SqliteStore.FileName], NullLogger.Instance);

        Assert.True(await check.CheckAtStartAsync(TestStore.Token));
    }
}
