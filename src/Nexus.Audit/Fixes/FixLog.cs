using System.Text.Json;

namespace Nexus.Audit;

/// <summary>
/// The record of applied fixes: one line of JSON each, in a file. Not a table: the audited database belongs to somebody else, and a record in it
/// would be a change that no check asked for.
/// </summary>
internal sealed class FixLog(string folder, TimeProvider clock)
{
    /// <summary>The file.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, "audit-fixes.ndjson"));

    /// <summary>Makes sure that it can be written, before anything is changed.</summary>
    /// <exception cref="IOException">It cannot.</exception>
    public void Prepare()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        using var file = new FileStream(Path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
    }

    public Task AppendAsync(string database, FixItem fix, CancellationToken cancellationToken) =>
        File.AppendAllTextAsync(Path, JsonSerializer.Serialize(new FixRecord(clock.GetUtcNow(), database, fix), AuditJson.Default.FixRecord) + "\n",
            cancellationToken);
}

/// <summary>A line of the record.</summary>
/// <param name="At">When.</param>
/// <param name="Database">The database.</param>
/// <param name="Fix">The fix.</param>
internal sealed record FixRecord(DateTimeOffset At, string Database, FixItem Fix);
