namespace Nexus.Operations.Alerts;

/// <summary>Posts to a URL, signed by the Standard Webhooks specification.</summary>
public sealed record WebhookSettings : NotifierSettings
{
    /// <inheritdoc/>
    public override string Type => "webhook";

    /// <summary>Where to; https, unless <see cref="AllowPrivate"/>.</summary>
    public required Uri Url { get; init; }

    /// <summary>The signing secrets, <c>whsec_</c> and base64 of 24 to 64 bytes; several while they are exchanged.</summary>
    public required IReadOnlyList<SecretSource> Secrets { get; init; }

    /// <summary>Whether addresses of private networks and of this machine, and plain http to them, are allowed. Default false.</summary>
    public bool AllowPrivate { get; init; }
}
