namespace Nexus.Engine;

/// <summary>Reads a store's own book-keeping.</summary>
internal interface IMetaReader
{
    /// <summary>A value of the store's own book-keeping (<c>nexus_meta</c>), such as the canary.</summary>
    Task<string?> GetMetaAsync(string name, CancellationToken cancellationToken);
}
