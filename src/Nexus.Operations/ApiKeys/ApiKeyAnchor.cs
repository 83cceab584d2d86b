using System.Globalization;
using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Operations.ApiKeys;

/// <summary>
/// The highest generation of the API keys that this data folder has seen, sealed, in a file of its own. A database that was restored to an earlier
/// state is detected by it, also after a restart.
/// </summary>
public sealed class ApiKeyAnchor(string folder, Sealer sealer)
{
    internal const string FileName = "api-keys.seen";

    private static readonly SealContext Place = new("nexus", FileName, "generation");

    public string Path { get; } = System.IO.Path.Combine(folder, FileName);

    /// <summary>0 if nothing was seen, or the file does not open with the configured keys.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task<long> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(Path)) return 0;
        try
        {
            return long.Parse(sealer.Open(Place, (await File.ReadAllTextAsync(Path, cancellationToken).ConfigureAwait(false)).Trim()),
                CultureInfo.InvariantCulture);
        }
        catch (SecretUnreadableException)
        {
            return 0;
        }
    }

    /// <summary>Notes a generation; whole or not at all.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task WriteAsync(long generation, CancellationToken cancellationToken)
    {
        var draft = $"{Path}.{Guid.NewGuid():n}.part";
        try
        {
            await SecretFile.TryCreateAsync(draft, sealer.Seal(Place, generation.ToString(CultureInfo.InvariantCulture)),
                cancellationToken).ConfigureAwait(false);
            File.Move(draft, Path, overwrite: true);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
