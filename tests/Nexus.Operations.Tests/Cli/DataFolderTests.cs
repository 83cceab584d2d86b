using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

/// <summary>A folder or key file that others can use is refused before anything is served from it.</summary>
public sealed class DataFolderTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    [Theory]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.OtherExecute)]
    [InlineData(UnixFileMode.GroupWrite)]
    public async Task A_folder_that_is_open_to_others_is_refused(UnixFileMode open)
    {
        using var nexus = new NexusProgram();
        Directory.CreateDirectory(nexus.Data);
        File.SetUnixFileMode(nexus.Data, Owner | open);
        (await nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Expect(1).ExpectOneLine("chmod 700");
        Assert.Empty(Directory.EnumerateFileSystemEntries(nexus.Data));
    }

    [Fact]
    public async Task A_folder_that_a_group_may_read_is_taken()
    {
        using var nexus = new NexusProgram();
        Directory.CreateDirectory(nexus.Data);
        File.SetUnixFileMode(nexus.Data, Owner | UnixFileMode.GroupRead | UnixFileMode.GroupExecute);
        var (process, _) = await nexus.ServeAsync();
        await process.DisposeAsync();
    }

    [Theory]
    [InlineData("admin.key")]
    [InlineData("nexus.key")]
    public async Task A_key_file_that_others_can_read_is_refused(string file)
    {
        using var nexus = new NexusProgram();
        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            process.Signal(ChildProcess.SigTerm);
            await process.WaitForExitAsync();
        }
        var path = Path.Combine(nexus.Data, file);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        (await nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Expect(1).ExpectOneLine($"chmod 600 {path}");
    }

    [Fact]
    public async Task The_admin_key_is_sent_to_no_socket_in_a_folder_that_others_can_write_to()
    {
        using var nexus = new NexusProgram();
        var (process, _) = await nexus.ServeAsync();
        await using (process)
        {
            File.SetUnixFileMode(nexus.Data, Owner | UnixFileMode.OtherWrite);
            (await nexus.RunAsync("status")).Expect(1).ExpectOneLine("chmod 700");
            (await nexus.RunAsync("outbox", "discard", "1")).Expect(1).ExpectOneLine("chmod 700");
        }
    }
}
