namespace Nexus.Operations.Alerts;

/// <summary>How a connection to an SMTP server is encrypted.</summary>
public enum SmtpSecurity
{
    /// <summary>TLS from the start, usually at port 465.</summary>
    Tls,

    /// <summary>TLS after STARTTLS, usually at port 587; refused if the server does not offer it.</summary>
    StartTls,

    /// <summary>No encryption, for a server on this machine only.</summary>
    None,
}
