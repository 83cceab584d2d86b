namespace Nexus.Operations.Alerts;

/// <summary>A notifier.</summary>
public abstract record NotifierSettings
{
    /// <summary>Its name, of letters, digits, hyphens and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>webhook, telegram, smtp or log.</summary>
    public abstract string Type { get; }
}
