using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Nexus.Audit;

/// <summary>
/// What an error of the driver or the server means. The server's own messages may quote stored values, so they are described by SQLSTATE
/// (https://www.postgresql.org/docs/current/errcodes-appendix.html) and a server's exception is not kept as the inner one.
/// </summary>
internal static class DriverErrors
{
    private const string Server = nameof(AuditOptions.ConnectionString);

    /// <summary>Whether the error comes from the database or the network; anything else is a defect and passes unchanged.</summary>
    public static bool Covers(Exception error) =>
        error is DbException or SocketException or IOException or TimeoutException or AuthenticationException
        || (error is AggregateException many && many.InnerExceptions.All(Covers));

    public static AuditException Translate(Exception error) => error switch
    {
        PostgresException server => OfServer(server),
        NpgsqlException { InnerException: AggregateException hosts } => OfHosts(hosts),
        AggregateException hosts => OfHosts(hosts),
        AuthenticationException => Refused($"the TLS handshake failed: {error.Message}; check sslmode and sslrootcert", error),
        NpgsqlException driver => OfDriver(driver),
        TimeoutException => new(AuditErrorKind.TimedOut, "PostgreSQL did not respond in time", inner: error),
        _ => new(AuditErrorKind.Unavailable, $"PostgreSQL cannot be reached: {error.Message}", inner: error),
    };

    /// <summary>A login that one host refuses does not improve by trying the others.</summary>
    private static AuditException OfHosts(AggregateException hosts)
    {
        var errors = hosts.InnerExceptions.Select(Translate).ToList();
        return errors.Find(error => !error.IsTransient) ?? errors
            .FirstOrDefault() ?? new(AuditErrorKind.Unavailable, "no host of the connection string responds", inner: hosts);
    }

    private static AuditException OfServer(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.InvalidCatalogName => Refused("the server has no database of that name"),
        "28P01" => Refused("the server refused the password or the user"),
        // This message names the object only: permission denied for table sessions.
        PostgresErrorCodes.InsufficientPrivilege => Refused($"the role lacks a privilege: {error.MessageText}"),
        "08P01" when error.MessageText.Contains("startup parameter", StringComparison.OrdinalIgnoreCase) =>
            Refused("a pooler such as PgBouncer is in between and refuses the settings of the audit"),
        PostgresErrorCodes.TooManyConnections =>
            With(AuditErrorKind.Unavailable, error, "the server, the database or the role has no connection left"),
        PostgresErrorCodes.ConfigurationLimitExceeded =>
            With(AuditErrorKind.Unavailable, error, "a limit that the server sets was reached, such as temp_file_limit"),
        PostgresErrorCodes.DiskFull => With(AuditErrorKind.Unavailable, error, "the server's disk is full"),
        PostgresErrorCodes.LockNotAvailable => With(AuditErrorKind.TimedOut, error, "a lock was not granted within lock_timeout"),
        PostgresErrorCodes.QueryCanceled =>
            With(AuditErrorKind.TimedOut, error, "the server cancelled the statement (statement_timeout or an administrator)"),
        "25P03" or "25P04" => With(AuditErrorKind.TimedOut, error, "the server ended a transaction that was open for too long"),
        _ => ByClass(error),
    };

    private static AuditException ByClass(PostgresException error) => error.SqlState[..2] switch
    {
        "28" => Refused($"the server refused the login (SQLSTATE {error.SqlState}): check user, pg_hba.conf and sslmode"),
        "40" => With(AuditErrorKind.TimedOut, error, "the transaction lost against a concurrent one"),
        "53" => With(AuditErrorKind.Unavailable, error, "the server has run out of memory or another resource"),
        "57" => With(AuditErrorKind.Unavailable, error, "the server is stopping, starting or ended the connection"),
        "08" or "58" => With(AuditErrorKind.Unavailable, error, "the connection failed"),
        "22" or "23" => With(AuditErrorKind.Rejected, error, "PostgreSQL refused: a value or a constraint does not allow it"),
        _ => With(AuditErrorKind.Rejected, error, "PostgreSQL refused the statement"),
    };

    private static AuditException OfDriver(NpgsqlException error)
    {
        if (error.Message.StartsWith("SSL connection requested", StringComparison.Ordinal))
            return Refused(
                "the server offers no TLS, which a remote host must: enable ssl in the server, or set sslmode=disable to send everything "
                + "unencrypted");
        if (error.Message.Contains("No password has been provided",
            StringComparison.Ordinal)) return Refused("the server asks for a password and none is given");
        if (error.Message.Contains("authentication method is not allowed", StringComparison.Ordinal))
        {
            return Refused(
                "the server asks for the password in another way than SCRAM-SHA-256, or for none: set password_encryption = 'scram-sha-256' in the "
                + "server and set the password again, "
                + "or allow the method with require_auth");
        }
        if (error.Message.Contains("SASL", StringComparison.Ordinal)
            || error.Message.Contains("ChannelBinding", StringComparison.Ordinal)) return Refused($"the login failed: {error.Message}", error);
        return error.InnerException switch
        {
            AuthenticationException handshake => Translate(handshake),
            TimeoutException => new(AuditErrorKind.TimedOut, "PostgreSQL did not respond in time", inner: error),
            SocketException socket => new(AuditErrorKind.Unavailable, $"PostgreSQL cannot be reached: {error.Message} ({socket.SocketErrorCode})",
                inner: error),
            _ => new(AuditErrorKind.Unavailable, $"the connection to PostgreSQL failed: {error.Message}", inner: error),
        };
    }

    private static AuditException Refused(string reason, Exception? inner = null) => new(AuditErrorKind.ConnectionRefused, reason, Server, inner);

    private static AuditException With(AuditErrorKind kind, PostgresException error, string reason) =>
        new(kind, $"{reason} (SQLSTATE {error.SqlState})");
}
