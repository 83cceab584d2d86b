using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Sqlite;
using Nexus.TestKit;

namespace Nexus.Tests.Sqlite;

public sealed class DataFolderLockTests
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void A_second_opener_in_the_same_process_is_refused_until_the_first_lets_go()
    {
        using var folder = new TempFolder();
        using (DataFolderLock.Acquire(folder["data"]))
        {
            var error = Assert.Throws<DataFolderInUseException>(() => DataFolderLock.Acquire(folder["data"]));
            Assert.Contains(folder["data"], error.Message, StringComparison.Ordinal);
        }
        DataFolderLock.Acquire(folder["data"]).Dispose();
    }

    [Fact]
    public async Task Another_process_is_refused_and_a_kill_gives_the_folder_free()
    {
        using var folder = new TempFolder();
        await using var holder = Victim.Start("folder-holder", folder["data"]);
        await holder.ReadLineAsync(line => line == "locked");
        Assert.Throws<DataFolderInUseException>(() => DataFolderLock.Acquire(folder["data"]));

        await holder.KillAsync();

        DataFolderLock.Acquire(folder["data"]).Dispose();
    }

    [Fact]
    public async Task A_child_process_does_not_inherit_the_lock()
    {
        using var folder = new TempFolder();
        var held = DataFolderLock.Acquire(folder["data"]);
        await using var child = ChildProcess.Start("sh", ["-c", "echo started; sleep 600"]);
        await child.ReadLineAsync(line => line == "started");

        held.Dispose();

        DataFolderLock.Acquire(folder["data"]).Dispose();
        Assert.False(child.HasExited);
    }

    [Fact]
    public async Task A_second_store_on_the_folder_is_refused_and_the_first_goes_on()
    {
        await using var test = await TestStore.OpenAsync();
        await using var second = new SqliteStore(test.Folder, test.Clock, NullLoggerFactory.Instance);
        await Assert.ThrowsAsync<DataFolderInUseException>(() => second.OpenAsync(TestStore.Token));
        Assert.True((await test.ApplyAsync(TestStore.Session("1"))).IsApplied);
    }

    [Fact]
    public async Task Only_the_owner_may_look_into_the_folder_and_its_files()
    {
        await using var test = await TestStore.OpenAsync();
        await test.ApplyAsync(TestStore.Session("1"));
        Assert.Equal(OwnerFile | UnixFileMode.UserExecute, File.GetUnixFileMode(test.Folder));
        var files = Directory.GetFiles(test.Folder);
        Assert.Contains(test.File, files);
        Assert.All(files, file => Assert.Equal(OwnerFile, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task Where_locks_do_nothing_the_folder_is_refused()
    {
        using var folder = new TempFolder();
        await using var holder = Victim.Start(new Dictionary<string, string?> { ["DOTNET_SYSTEM_IO_DISABLEFILELOCKING"] = "1" }, "folder-holder",
            folder["data"]);
        await holder.ReadErrorLineAsync(line => line.Contains(nameof(NexusConfigurationException), StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_an_error_that_names_it()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["taken"], "");
        var error = Assert.Throws<StoreUnavailableException>(() => DataFolderLock.Acquire(folder["taken"]));
        Assert.Contains(folder["taken"], error.Message, StringComparison.Ordinal);
    }
}
