namespace Nexus.Audit;

/// <summary>Why an audit failed.</summary>
public enum AuditErrorKind
{
    /// <summary>An option has a value that is not accepted; <see cref="AuditException.Option"/> names it.</summary>
    InvalidOption,

    /// <summary>The text is not a report that this version can read.</summary>
    InvalidReport,

    /// <summary>The connection string is not usable, or the server refused the login, the TLS handshake or a privilege.</summary>
    ConnectionRefused,

    /// <summary>The role is a superuser or can become one, and <see cref="AuditOptions.AllowSuperuser"/> is false.</summary>
    PrivilegedRole,

    /// <summary>The server is older than PostgreSQL 14.</summary>
    UnsupportedServer,

    /// <summary>A pooler such as PgBouncer is in between. Fixes need a direct connection to the server.</summary>
    BehindPooler,

    /// <summary>The server cannot be reached, is starting or stopping, or has no connection left. The same call may succeed later.</summary>
    Unavailable,

    /// <summary>The server did not respond in time. The same call may succeed later.</summary>
    TimedOut,

    /// <summary>The server rejected a statement.</summary>
    Rejected,
}
