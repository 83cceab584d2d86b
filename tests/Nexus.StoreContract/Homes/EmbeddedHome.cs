using Microsoft.Extensions.Logging;
using Nexus.Storage;
using Nexus.Storage.Embedded;
using Nexus.TestKit;

namespace Nexus.StoreContract;

/// <summary>A folder for the embedded store.</summary>
public sealed class EmbeddedHome : StoreHome
{
    private readonly TempFolder _folder = new("embedded");

    /// <summary>The data folder.</summary>
    public string Folder => _folder["data"];

    /// <inheritdoc/>
    public override NexusOptions CreateOptions() => new() { DataFolder = Folder };

    internal override IStore CreateStore(ILoggerFactory loggers) => new EmbeddedStore(Folder, TimeProvider.System, loggers);

    /// <inheritdoc/>
    public override async Task<byte[]> ReadEverythingAsync()
    {
        using var everything = new MemoryStream();
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            await stream.CopyToAsync(everything);
        }
        return everything.ToArray();
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
