using Nexus.Sqlite;

namespace Nexus.Faults;

/// <summary>Locks a data folder, says so, and holds it until it is killed or its input ends.</summary>
internal static class FolderHolderVictim
{
    public static async Task<int> RunAsync(string folder)
    {
        using var held = DataFolderLock.Acquire(folder);
        await Console.Out.WriteLineAsync("locked");
        await Console.In.ReadToEndAsync();
        return 0;
    }
}
