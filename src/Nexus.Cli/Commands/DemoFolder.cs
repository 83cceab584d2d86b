namespace Nexus.Cli.Commands;

/// <summary>The folder of a demo, which ends with it.</summary>
internal sealed class DemoFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("nexus-demo-").FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // Another program looks into it. The system removes temporary folders.
        }
    }
}
