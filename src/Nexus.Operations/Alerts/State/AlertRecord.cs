namespace Nexus.Operations.Alerts;

/// <summary>A stored document.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Json">Its text.</param>
/// <param name="Version">Increases with each save.</param>
/// <param name="SavedAt">By the store's clock.</param>
internal sealed record AlertRecord(string Key, string Json, long Version, DateTimeOffset SavedAt);
