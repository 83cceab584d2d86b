using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.TestKit;

namespace Nexus.Tests.Sqlite;

public sealed class FaultTests
{
    [Fact]
    public async Task A_full_disk_is_told_and_leaves_what_was_there_and_the_store_goes_on_when_there_is_room()
    {
        await using var test = await TestStore.OpenAsync();
        await test.ApplyAsync(TestStore.Session("1", """{"n":1}"""));
        await LimitPagesAsync("(SELECT page_count + 2 FROM pragma_page_count)");
        var large = $$"""{"text":"{{new string('x', 100_000)}}"}""";

        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            test.ApplyAsync(atomic: false, TestStore.Session("1", """{"n":2}"""), TestStore.Session("2", large)));

        Assert.Equal(StoreUnavailableReason.DiskFull, error.Reason);
        Assert.Equal(1, (await test.SessionAsync("1"))!.Version);
        Assert.Null(await test.SessionAsync("2"));
        await LimitPagesAsync("4294967294");
        Assert.True((await test.ApplyAsync(TestStore.Session("2", large))).IsApplied);

        Task<long> LimitPagesAsync(string pages) => test.Store.TransactAsync(
            transaction => transaction.Connection.ReadNumber($"PRAGMA max_page_count = {transaction.Connection.ReadNumber($"SELECT {pages}")}"), 1,
            TestStore.Token);
    }

    [Fact]
    public async Task A_database_that_cannot_be_written_is_told()
    {
        await using var test = await TestStore.OpenAsync();
        await test.Store.TransactAsync(transaction => transaction.Connection.Execute("PRAGMA query_only = ON"), 1, TestStore.Token);
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => test.ApplyAsync(TestStore.Session("1")));
        Assert.Equal(StoreUnavailableReason.ReadOnly, error.Reason);
    }

    [Fact]
    public void A_lock_of_another_program_is_told()
    {
        using var folder = new TempFolder();
        TestStore.Query(folder["file"], "PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
        using var holder = new SqliteConnection($"Data Source={folder["file"]};Pooling=False");
        holder.Open();
        using var transaction = holder.BeginTransaction();
        using var waiting = new SqliteConnection($"Data Source={folder["file"]};Pooling=False;Default Timeout=1");
        waiting.Open();
        var refused = Assert.Throws<SqliteException>(() => waiting.BeginTransaction());

        var error = Assert.IsType<StoreUnavailableException>(SqliteErrors.Translate(refused, folder["file"]));

        Assert.Equal(StoreUnavailableReason.TimedOut, error.Reason);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_alone()
    {
        using var folder = new TempFolder();
        var file = folder[SqliteStore.FileName];
        var text = string.Concat(Enumerable.Repeat("this is a letter to my aunt\n", 100));
        await File.WriteAllTextAsync(file, text, TestStore.Token);
        await using var store = new SqliteStore(folder.Path, TimeProvider.System, NullLoggerFactory.Instance);

        var error = await Assert.ThrowsAsync<StoreIncompatibleException>(() => store.OpenAsync(TestStore.Token));

        Assert.Contains(file, error.Message, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(file, TestStore.Token));
    }

    [Fact]
    public async Task Damage_that_a_read_meets_is_told()
    {
        await using var test = await TestStore.OpenAsync();
        await test.ApplyAsync(atomic: false, [.. Enumerable.Range(1, 300).Select(i => TestStore.Session($"{i}",
            $$"""{"text":"{{new string('x', 1000)}}"}"""))]);
        await test.Store.DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(test.File, TestStore.Token);
        for (var i = bytes.Length / 2; i < bytes.Length; i++) bytes[i] = 0xA5;
        await File.WriteAllBytesAsync(test.File, bytes, TestStore.Token);
        // A start for writing would find it; one for reading does not look.
        await using var reader = new SqliteStore(test.Folder, TimeProvider.System, NullLoggerFactory.Instance, readOnly: true);
        await reader.OpenAsync(TestStore.Token);

        var error = await Assert.ThrowsAsync<StoreIncompatibleException>(async () =>
        {
            await foreach (var _ in reader.ListSessionsAsync(new SessionQuery(), TestStore.Token)) continue;
        });

        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }
}
