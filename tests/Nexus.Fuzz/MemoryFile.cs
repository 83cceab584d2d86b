namespace Nexus.Fuzz;

/// <summary>A file in memory, for what reads only files.</summary>
internal sealed class MemoryFile : IDisposable
{
    private static readonly string Folder = Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath();

    public MemoryFile(byte[] content)
    {
        Path = System.IO.Path.Combine(Folder, $"nexus-fuzz-{Environment.ProcessId}.db");
        File.WriteAllBytes(Path, content);
    }

    public string Path { get; }

    public void Dispose()
    {
        foreach (var ending in new[] { "", "-wal", "-shm", "-journal" }) File.Delete(Path + ending);
    }
}
