using Nexus.Errors;
using Nexus.Secrets;
using Nexus.TestKit;

namespace Nexus.Tests.Secrets;

public sealed class SecretFileTests : IDisposable
{
    private const int AtOnce = 4;

    private readonly TempFolder _folder = new("secretfile");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Of_many_that_make_it_in_one_instant_the_first_ones_stays()
    {
        // The instant in which two can both believe to be first is short, but with File.Move in the link's place the first few rounds hit it.
        for (var round = 0; round < 300; round++)
        {
            var path = _folder[$"{round}.key"];
            using var together = new Barrier(AtOnce);
            var made = await Task.WhenAll(Enumerable.Range(0, AtOnce)
                .Select(maker => Task.Factory.StartNew(() => MakeAsync(together, path, $"{maker}"), CancellationToken.None,
                TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
            Assert.Equal(Assert.Single(made, maker => maker.IsFirst).Secret + "\n", await File.ReadAllTextAsync(path));
        }
        Assert.Equal(300, Directory.GetFileSystemEntries(_folder.Path).Length);
    }

    [Fact]
    public async Task One_that_is_there_stays_and_no_draft_is_left()
    {
        var path = _folder["some.key"];
        Assert.True(await SecretFile.TryCreateAsync(path, "first", CancellationToken.None));
        Assert.False(await SecretFile.TryCreateAsync(path, "second", CancellationToken.None));
        Assert.Equal("first\n", await File.ReadAllTextAsync(path));
        Assert.Equal(SecretFile.OwnerOnly, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder.Path));
    }

    /// <summary>Opening a pipe that nobody writes to ends by no signal: the command could not even be stopped.</summary>
    [Fact(Timeout = 30_000)]
    public async Task A_pipe_in_its_place_is_refused_instead_of_opened()
    {
        var path = _folder["some.key"];
        var (exitCode, _, error) = await ChildProcess.RunAsync("mkfifo", ["-m", "600", path]);
        Assert.True(exitCode == 0, error);
        var own = await Assert.ThrowsAsync<NexusConfigurationException>(() => SecretFile.ReadOwnAsync(path, TestContext.Current.CancellationToken));
        Assert.Contains("is not an ordinary file", own.Message, StringComparison.Ordinal);
        var provided = Assert.Throws<NexusConfigurationException>(() => SecretFile.RefuseUnlessProtected(path));
        Assert.Contains("is not an ordinary file", provided.Message, StringComparison.Ordinal);
        // Where a pipe may be meant, the wait ends.
        var waited = await Assert.ThrowsAsync<IOException>(() => SecretFile.ReadAsync(path, TestContext.Current.CancellationToken));
        Assert.Contains("a pipe that nobody writes to", waited.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_up_it_leaves_nothing()
    {
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            SecretFile.TryCreateAsync(_folder["some.key"], "secret", new CancellationToken(canceled: true)));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_name_that_cannot_be_made_says_why()
    {
        File.WriteAllText(_folder["draft"], "");
        var error = Assert.Throws<IOException>(() => FileNames.TryAdd(_folder["draft"], _folder["missing/some.key"]));
        Assert.Contains("missing/some.key cannot be created as a hard link: No such file or directory", error.Message, StringComparison.Ordinal);
    }

    private static async Task<(bool IsFirst, string Secret)> MakeAsync(Barrier together, string path, string secret)
    {
        together.SignalAndWait();
        return (await SecretFile.TryCreateAsync(path, secret, CancellationToken.None), secret);
    }
}
