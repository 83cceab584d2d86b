namespace Nexus.Secrets;

internal static class KeyFile
{
    public const string FileName = "nexus.key";

    public static Task<(string Key, bool Created)> LoadOrCreateAsync(string folder, CancellationToken cancellationToken) => throw new NotSupportedException();
}
