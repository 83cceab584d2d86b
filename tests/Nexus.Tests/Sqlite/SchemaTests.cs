using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.TestKit;

namespace Nexus.Tests.Sqlite;

public sealed class SchemaTests
{
    [Fact]
    public async Task What_was_written_is_there_after_opening_again()
    {
        await using var test = await TestStore.OpenAsync();
        await test.ApplyAsync(TestStore.Session("1", """{"mode":"PILOT"}"""));
        await test.ReopenAsync();
        Assert.Equal("""{"mode":"PILOT"}""", TestStore.Text((await test.SessionAsync("1"))!.Config));
    }

    [Fact]
    public async Task A_schema_that_needs_a_newer_program_is_refused_in_words()
    {
        await using var test = await TestStore.OpenAsync();
        await test.Store.DisposeAsync();
        test.Query("PRAGMA user_version = 999; UPDATE nexus_meta SET value = '998' WHERE name = 'minimum_reader_version'");

        var error = await Assert.ThrowsAsync<StoreIncompatibleException>(test.ReopenAsync);

        Assert.Contains("has schema version 999, which needs a Nexus that supports version 998", error.Message, StringComparison.Ordinal);
        Assert.Equal(999L, test.Query("PRAGMA user_version").Single()[0]);
    }

    [Fact]
    public async Task A_newer_schema_that_this_program_can_still_use_is_used_and_not_changed()
    {
        await using var test = await TestStore.OpenAsync();
        await test.Store.DisposeAsync();
        test.Query("PRAGMA user_version = 999");

        await test.ReopenAsync();

        Assert.True((await test.ApplyAsync(TestStore.Session("1"))).IsApplied);
        Assert.Equal(999, (await test.Store.GetStatusAsync(TestStore.Token)).SchemaVersion);
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_left_alone()
    {
        using var folder = new TempFolder();
        var file = folder[SqliteStore.FileName];
        TestStore.Query(file, "CREATE TABLE sessions (id INTEGER PRIMARY KEY)");
        var bytes = await File.ReadAllBytesAsync(file, TestStore.Token);
        await using var store = new SqliteStore(folder.Path, TimeProvider.System, NullLoggerFactory.Instance);
        await Assert.ThrowsAsync<StoreIncompatibleException>(() => store.OpenAsync(TestStore.Token));
        Assert.Equal(bytes, await File.ReadAllBytesAsync(file, TestStore.Token));
    }

    [Fact]
    public async Task A_reader_beside_the_running_store_sees_what_is_committed_and_can_write_nothing()
    {
        await using var test = await TestStore.OpenAsync();
        await using var reader = new SqliteStore(test.Folder, test.Clock, NullLoggerFactory.Instance, readOnly: true);
        await reader.OpenAsync(TestStore.Token);

        await test.ApplyAsync(TestStore.Session("1"));

        Assert.Single(await reader.GetSessionsAsync(["1"], TestStore.Token));
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
            reader.ApplyAsync([new DeleteSession("1", null)], atomic: false, TestStore.Token));
        Assert.Equal(StoreUnavailableReason.ReadOnly, error.Reason);
    }

    [Fact]
    public async Task A_reader_of_a_closed_store_works_and_takes_no_lock()
    {
        await using var test = await TestStore.OpenAsync();
        await test.ApplyAsync(TestStore.Session("1"));
        await test.Store.DisposeAsync();
        await using var reader = new SqliteStore(test.Folder, test.Clock, NullLoggerFactory.Instance, readOnly: true);
        await reader.OpenAsync(TestStore.Token);
        Assert.Equal(1, (await reader.GetStatusAsync(TestStore.Token)).Sessions);
        await test.ReopenAsync();
        Assert.True((await test.ApplyAsync(TestStore.Session("2"))).IsApplied);
    }

    [Fact]
    public async Task A_reader_of_an_empty_folder_makes_nothing()
    {
        using var folder = new TempFolder();
        await using var reader = new SqliteStore(folder["data"], TimeProvider.System, NullLoggerFactory.Instance, readOnly: true);
        await Assert.ThrowsAsync<StoreIncompatibleException>(() => reader.OpenAsync(TestStore.Token));
        Assert.False(Directory.Exists(folder["data"]));
    }
}
