namespace Nexus.Engine;

/// <summary>Changes a store's own book-keeping.</summary>
internal interface IMetaWriter
{
    Task SetMetaAsync(string name, string value, CancellationToken cancellationToken);

    /// <summary>Sets the value only where there is none and returns what is stored then: how two first starts agree.</summary>
    Task<string> GetOrAddMetaAsync(string name, string value, CancellationToken cancellationToken);
}
