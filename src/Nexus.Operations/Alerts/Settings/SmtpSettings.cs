namespace Nexus.Operations.Alerts;

/// <summary>Sends e-mail by SMTP.</summary>
public sealed record SmtpSettings : NotifierSettings
{
    /// <inheritdoc/>
    public override string Type => "smtp";

    /// <summary>The server.</summary>
    public required string Host { get; init; }

    /// <summary>Its port, 1 to 65535.</summary>
    public required int Port { get; init; }

    /// <summary>How the connection is encrypted.</summary>
    public required SmtpSecurity Security { get; init; }

    /// <summary>The sender's address.</summary>
    public required string From { get; init; }

    /// <summary>The receivers' addresses.</summary>
    public required IReadOnlyList<string> To { get; init; }

    /// <summary>The user; null to send without signing in.</summary>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    public SecretSource? Password { get; init; }
}
