using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Postgres;

/// <summary>A cluster and a timeline of it.</summary>
/// <param name="Cluster">The system identifier; null where it is not known.</param>
/// <param name="Timeline">1 or more.</param>
internal sealed record KnownTimeline(string? Cluster, int Timeline);

/// <summary>The highest timeline that was seen, in the data folder. The file is replaced as a whole and synced to the disk.</summary>
/// <param name="folder">The data folder. It is not created here.</param>
/// <param name="ignoresContents">What the file says does not count, as after a deliberate restore.</param>
internal sealed class TimelineFile(string folder, bool ignoresContents = false)
{
    public const string FileName = "timeline.json";

    private const int MostBytes = 4096;

    /// <summary>Where it is.</summary>
    public string Path { get; } = System.IO.Path.Combine(folder, FileName);

    /// <returns>Null where nothing is kept.</returns>
    /// <exception cref="NexusConfigurationException">The file is damaged or cannot be read.</exception>
    public async Task<KnownTimeline?> ReadAsync(CancellationToken cancellationToken)
    {
        if (ignoresContents || !File.Exists(Path)) return null;
        try
        {
            if (new FileInfo(Path).Length > MostBytes) throw new JsonException();
            var kept = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(Path, cancellationToken).ConfigureAwait(false),
                TimelineJson.Default.KnownTimeline);
            return kept is { Timeline: >= 1 } ? kept : throw new JsonException();
        }
        catch (JsonException error)
        {
            throw new NexusConfigurationException(Path,
                "is damaged: remove it once you know that NexusOptions.Database leads to the primary that was promoted last", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NexusConfigurationException(Path, $"cannot be read: {error.Message}", error);
        }
    }

    /// <returns>False while the folder does not exist.</returns>
    public async Task<bool> TryWriteAsync(KnownTimeline timeline, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder)) return false;
        var draft = $"{Path}.{Guid.NewGuid():n}";
        var stream = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await using (stream.ConfigureAwait(false))
        {
            await JsonSerializer.SerializeAsync(stream, timeline, TimelineJson.Default.KnownTimeline, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
            RandomAccess.FlushToDisk(stream.SafeFileHandle);
        }
        File.Move(draft, Path, overwrite: true);
        FileNames.Flush(folder);
        return true;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(KnownTimeline))]
internal sealed partial class TimelineJson : JsonSerializerContext;
