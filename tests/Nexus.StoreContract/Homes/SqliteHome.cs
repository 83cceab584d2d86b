using Nexus.TestKit;

namespace Nexus.StoreContract;

/// <summary>A folder for the embedded store.</summary>
public sealed class SqliteHome : StoreHome
{
    private readonly TempFolder _folder = new("embedded");

    /// <summary>The data folder.</summary>
    public string Folder => _folder["data"];

    /// <inheritdoc/>
    public override NexusOptions CreateOptions() => new() { DataFolder = Folder };

    /// <inheritdoc/>
    public override async Task<byte[]> ReadEverythingAsync()
    {
        // Another process copies: this one would lose SQLite's locks by closing the file.
        using var copies = new TempFolder("copy");
        var (exitCode, _, error) = await ChildProcess.RunAsync("cp", ["-r", Folder, copies["data"]]);
        Assert.True(exitCode == 0, error);
        // The socket of a running server holds no data and cannot be read as a file.
        (exitCode, _, error) = await ChildProcess.RunAsync("find", [copies["data"], "-type", "s", "-delete"]);
        Assert.True(exitCode == 0, error);
        using var everything = new MemoryStream();
        foreach (var file in Directory.EnumerateFiles(copies["data"], "*", SearchOption.AllDirectories))
            everything.Write(await File.ReadAllBytesAsync(file));
        return everything.ToArray();
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
