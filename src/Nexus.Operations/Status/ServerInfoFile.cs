using System.Text.Json;

namespace Nexus.Operations.Status;

/// <summary>The note that a running server leaves in its data folder, so that <c>nexus status</c> finds it.</summary>
/// <param name="Url">Where it listens.</param>
/// <param name="ProcessId">Its process.</param>
public sealed record ServerInfoFile(string Url, int ProcessId)
{
    private const string FileName = "server.json";

    /// <summary>Writes the note, whole or not at all.</summary>
    public async Task WriteAsync(string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var file = Path.Combine(folder, FileName);
        var draft = $"{file}.{ProcessId}";
        await File.WriteAllBytesAsync(draft, JsonSerializer.SerializeToUtf8Bytes(this, StatusJson.Default.ServerInfoFile), cancellationToken).ConfigureAwait(false);
        File.Move(draft, file, overwrite: true);
    }

    /// <summary>The note, or null where there is none that can be read.</summary>
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

    /// <summary>Takes the note away, unless another server has left its own since.</summary>
    public async Task RemoveAsync(string folder)
    {
        if (await ReadAsync(folder, CancellationToken.None).ConfigureAwait(false) == this) File.Delete(Path.Combine(folder, FileName));
    }
}
