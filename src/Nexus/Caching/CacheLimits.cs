namespace Nexus.Caching;

internal static class CacheLimits
{
    /// <summary>Bytes that the kept rows of one kind may take, about, where nothing else is set.</summary>
    public const long DefaultBytes = 256 * 1024 * 1024;
}
