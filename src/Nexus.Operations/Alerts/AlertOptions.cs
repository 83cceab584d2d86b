namespace Nexus.Operations.Alerts;

/// <summary>How the server handles alerts.</summary>
public sealed record AlertOptions
{
    /// <summary>The settings file; null for <c>alerts.json</c> in the data folder, which may be missing.</summary>
    public string? File { get; init; }

    /// <summary>The name of this instance in alerts about it. Default: the machine's name and a digest of the data folder's path.</summary>
    public string? Instance { get; init; }
}
