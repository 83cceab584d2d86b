namespace Nexus.Operations.Alerts;

/// <summary>Writes to the server's log.</summary>
public sealed record LogNotifierSettings : NotifierSettings
{
    /// <inheritdoc/>
    public override string Type => "log";
}
