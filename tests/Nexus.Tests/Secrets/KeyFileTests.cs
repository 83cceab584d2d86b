using Nexus.Errors;
using Nexus.Secrets;
using Nexus.TestKit;

namespace Nexus.Tests.Secrets;

public sealed class KeyFileTests : IDisposable
{
    private readonly TempFolder _folder = new("keyfile");

    private string KeyPath => _folder[KeyFile.FileName];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_first_start_makes_a_key_and_the_next_reads_it()
    {
        var (key, created) = await LoadAsync();
        var (again, createdAgain) = await LoadAsync();

        Assert.True(created);
        Assert.True(KeyRing.IsKey(key));
        Assert.False(createdAgain);
        Assert.Equal(key, again);
        Assert.Equal([KeyPath], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Only_the_owner_can_read_the_file_and_the_folder_made_for_it()
    {
        var folder = _folder["data/inner"];

        await KeyFile.LoadOrCreateAsync(folder, CancellationToken.None);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, KeyFile.FileName)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public async Task A_file_open_to_others_is_refused_with_the_command_that_closes_it(UnixFileMode opened)
    {
        var (key, _) = await LoadAsync();
        File.SetUnixFileMode(KeyPath, File.GetUnixFileMode(KeyPath) | opened);

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(LoadAsync);

        Assert.Contains($"chmod 600 {KeyPath}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_link_is_refused_whatever_it_names(bool exists)
    {
        var (key, _) = await LoadAsync();
        var elsewhere = _folder["elsewhere"];
        File.Move(KeyPath, elsewhere);
        File.CreateSymbolicLink(KeyPath, exists ? elsewhere : _folder["nothing"]);

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(LoadAsync);

        Assert.Contains($"{KeyPath} is a symbolic link", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Fact]
    public async Task Many_first_starts_at_once_come_to_one_key()
    {
        var starts = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(LoadAsync)));

        Assert.Single(starts, start => start.Created);
        Assert.Single(starts.Select(start => start.Key).Distinct());
        Assert.Equal([KeyPath], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Theory]
    [InlineData("")]
    [InlineData("half a k")]
    public async Task A_file_without_a_whole_key_is_refused_and_kept(string content)
    {
        await LoadAsync();
        await File.WriteAllTextAsync(KeyPath, content);

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(LoadAsync);

        Assert.Contains("does not hold a key", error.Message, StringComparison.Ordinal);
        Assert.Equal(content, await File.ReadAllTextAsync(KeyPath));
    }

    [Fact]
    public async Task A_place_that_cannot_hold_the_file_is_a_configuration_error()
    {
        await File.WriteAllTextAsync(_folder["file"], "");
        await Assert.ThrowsAsync<NexusConfigurationException>(() => KeyFile.LoadOrCreateAsync(_folder["file"], CancellationToken.None));
    }

    private Task<(string Key, bool Created)> LoadAsync() => KeyFile.LoadOrCreateAsync(_folder.Path, CancellationToken.None);
}
