using Nexus.Operations.Backup;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Backup;

/// <summary>Folders of decrypted files do not outlive their process for long.</summary>
public sealed class WorkFolderTests
{
    private static readonly DateTimeOffset Later = DateTimeOffset.UtcNow.AddMinutes(5);

    [Fact]
    public void What_a_killed_process_left_is_deleted_by_the_next_one_and_what_is_in_use_stays()
    {
        using var folder = new TempFolder("work");
        var parent = folder["parent"];
        using var used = WorkFolder.Create(parent, "verify", Later);
        var killed = Leave("nexus-restore-", ".in-use", "dump/toc.dat");
        var justMade = Leave("nexus-upload-");
        var foreign = Path.Combine(parent, "nexus-restore-notes");
        Directory.CreateDirectory(foreign);

        string path;
        using (var made = WorkFolder.Create(parent, "restore", Later))
        {
            path = made.Path;
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(path));
            Assert.False(Directory.Exists(killed));
            Assert.All([used.Path, justMade, foreign, path], one => Assert.True(Directory.Exists(one), one));
        }
        Assert.False(Directory.Exists(path));

        // A folder that never had its lock is old enough after a day.
        WorkFolder.Create(parent, "restore", Later.AddDays(2)).Dispose();
        Assert.False(Directory.Exists(justMade));
        Assert.True(Directory.Exists(used.Path));

        string Leave(string beginning, params string[] files)
        {
            var left = Path.Combine(parent, $"{beginning}{Guid.NewGuid():n}");
            Directory.CreateDirectory(left);
            foreach (var file in files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(left, file))!);
                File.WriteAllText(Path.Combine(left, file), "plain");
            }
            return left;
        }
    }

    [Fact]
    public void A_folder_that_was_just_made_is_not_taken_for_a_leftover()
    {
        using var folder = new TempFolder("work");
        var young = Path.Combine(folder["parent"], $"nexus-restore-{Guid.NewGuid():n}");
        Directory.CreateDirectory(young);
        File.WriteAllText(Path.Combine(young, ".in-use"), "");
        WorkFolder.Create(folder["parent"], "verify", DateTimeOffset.UtcNow).Dispose();
        Assert.True(Directory.Exists(young));
    }
}
