namespace Nexus.TestKit;

/// <summary>An empty folder of this test alone, removed with everything in it at disposal, and also when the test run is killed.</summary>
public sealed class TempFolder : IDisposable
{
    private readonly IDisposable _guard;

    /// <summary>Makes the folder, readable by its owner only unless told otherwise.</summary>
    /// <param name="label">A part of its name, for finding out why a run is stuck.</param>
    /// <param name="mode">Its permissions.</param>
    /// <param name="parent">Where it is made; without one, in the folder for temporary files.</param>
    public TempFolder(string label = "test", UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
        string? parent = null)
    {
        Path = System.IO.Path.Combine(parent ?? System.IO.Path.GetTempPath(), $"nexus-{label}-{Guid.NewGuid():n}");
        _guard = Watchdog.GuardFolder(Path);
        Directory.CreateDirectory(Path, mode);
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>The path of something in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The test removed it.
        }
        catch (IOException)
        {
            return; // A process that is just ending still writes there: the watchdog removes the folder at the end of the run.
        }
        _guard.Dispose();
    }
}
