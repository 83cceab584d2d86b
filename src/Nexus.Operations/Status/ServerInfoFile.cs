using System.Text.Json;

namespace Nexus.Operations.Status;

/// <summary>The file that a running server writes to its data folder, so that <c>nexus status</c> can find it.</summary>
/// <param name="Url">The address it listens on.</param>
/// <param name="ProcessId">The id of its process.</param>
public sealed record ServerInfoFile(string Url, int ProcessId)
{
    private const string FileName = "server.json";

    /// <summary>Writes the file atomically.</summary>
    public async Task WriteAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, FileName);
        var draft = $"{file}.{ProcessId}";
        await File.WriteAllBytesAsync(
            draft, JsonSerializer.SerializeToUtf8Bytes(this, StatusJson.Default.ServerInfoFile), cancellationToken).ConfigureAwait(false);
        File.Move(draft, file, overwrite: true);
    }

    /// <summary>Reads the file; null if it does not exist or cannot be read.</summary>
    public static async Task<ServerInfoFile?> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(folder, FileName), cancellationToken).ConfigureAwait(false);
            return JsonSerializer.Deserialize(bytes, StatusJson.Default.ServerInfoFile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Deletes the file, unless another server has replaced it.</summary>
    public async Task RemoveAsync(string folder)
    {
        if (await ReadAsync(folder, CancellationToken.None).ConfigureAwait(false) == this) File.Delete(Path.Combine(folder, FileName));
    }
}
