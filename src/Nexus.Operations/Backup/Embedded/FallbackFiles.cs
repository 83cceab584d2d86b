using Nexus.Failover;

namespace Nexus.Operations.Backup;

/// <summary>The files of the fallback in a data folder: the local replica and the outbox with writes that PostgreSQL does not have yet.</summary>
internal static class FallbackFiles
{
    /// <summary>Their folder in a backup.</summary>
    public const string Folder = "fallback";

    /// <summary>Their size, in bytes; 0 if there are none.</summary>
    public static long Size(NexusOptions nexus) => new FileInfo(SourceOf(nexus)) is { Exists: true } file ? file.Length : 0;

    /// <summary>Copies them while a server may be writing.</summary>
    /// <returns>Whether there were any.</returns>
    public static async Task<bool> CopyAsync(NexusOptions nexus, string folder, CancellationToken cancellationToken)
    {
        var source = SourceOf(nexus);
        if (!File.Exists(source)) return false;
        PrivateFolder.Create(folder);
        await SqliteSnapshot.CopyAsync(source, Path.Combine(folder, FailoverStore.FileName), progress: null, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static string SourceOf(NexusOptions nexus) => Path.Combine(nexus.DataFolder, FailoverStore.FileName);
}
