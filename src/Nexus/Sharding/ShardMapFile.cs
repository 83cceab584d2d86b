using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Postgres;
using Nexus.Secrets;

namespace Nexus.Sharding;

/// <summary>
/// The map of the last run in the data folder, for a start while the home shard is unavailable. It decides nothing for good: each shard checks what
/// is written to it.
/// </summary>
/// <param name="folder">The data folder.</param>
/// <param name="logger">Receives a file that could not be written.</param>
internal sealed partial class ShardMapFile(string folder, ILogger logger)
{
    private readonly string _file = Path.Combine(folder, ShardFolders.MapFileName);
    private string? _written;

    /// <summary>Null if there is none.</summary>
    /// <exception cref="NexusConfigurationException">The file is damaged or cannot be read.</exception>
    public async Task<ShardMap?> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_file)) return null;
        try
        {
            var rows = JsonSerializer.Deserialize(
                await File.ReadAllBytesAsync(_file, cancellationToken).ConfigureAwait(false), ShardMapJson.Default.ShardRowArray);
            if (rows is not null && Array.TrueForAll(rows, row => row is { Schema: not null, Owned: not null })) return ShardMap.Of(rows);
        }
        catch (Exception error) when (error is JsonException or StoreIncompatibleException)
        {
            // As a file that says nothing.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NexusConfigurationException(_file, $"cannot be read: {error.Message}", error);
        }
        throw new NexusConfigurationException(_file, "is damaged: remove it; the next start while the home shard is available makes it again");
    }

    /// <summary>Replaces the file if the map differs from the last one.</summary>
    public async Task WriteAsync(ShardMap map, CancellationToken cancellationToken)
    {
        var text = JsonSerializer.Serialize([.. map.Shards], ShardMapJson.Default.ShardRowArray);
        if (text == _written) return;
        try
        {
            var draft = $"{_file}.{Guid.NewGuid():n}";
            await File.WriteAllTextAsync(draft, text, cancellationToken).ConfigureAwait(false);
            File.Move(draft, _file, overwrite: true);
            FileNames.Flush(folder);
            _written = text;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(logger, error, folder);
        }
    }

    [LoggerMessage(1769, LogLevel.Warning,
        "Could not write the map of the shards into the data folder {Folder}: a start while the home shard is unavailable will fail")]
    private static partial void LogNotWritten(ILogger logger, Exception error, string folder);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ShardRow[]))]
internal sealed partial class ShardMapJson : JsonSerializerContext;
