namespace Nexus.Engine;

/// <summary>Changes a store's own book-keeping.</summary>
internal interface IMetaWriter
{
    Task SetMetaAsync(string name, string value, CancellationToken cancellationToken);

    /// <summary>Sets the value only if there is none, and returns the stored value, so that two concurrent first starts agree.</summary>
    Task<string> GetOrAddMetaAsync(string name, string value, CancellationToken cancellationToken);
}
