namespace Nexus.Operations.Alerts;

/// <summary>Small JSON documents in the shared store.</summary>
internal interface IAlertRecords
{
    /// <summary>Null if there is none.</summary>
    Task<AlertRecord?> GetAsync(string key, CancellationToken cancellationToken);

    /// <summary>The documents whose key begins with a text.</summary>
    Task<IReadOnlyList<AlertRecord>> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Saves and returns the new version.</summary>
    /// <param name="key">The key.</param>
    /// <param name="json">The document.</param>
    /// <param name="lifetime">How long it is kept; null for ever.</param>
    /// <param name="expectedVersion">The version to replace; 0: only if there is none; null: any.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="Errors.NexusConflictException">The stored version is another.</exception>
    Task<long> SaveAsync(string key, string json, TimeSpan? lifetime, long? expectedVersion, CancellationToken cancellationToken);
}
