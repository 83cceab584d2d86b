using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;
using Nexus.Errors;
using Nexus.Infrastructure;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The one place that decides what an error of the driver or the server means.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static partial class PostgresErrors
{
    /// <summary>Whether the error comes from the database or the way to it; anything else is a defect and passes on as it is.</summary>
    public static bool Covers(Exception exception) =>
        exception is DbException or SocketException or IOException or TimeoutException or AuthenticationException || IsPoolClosed(exception)
        || (exception is AggregateException many && many.InnerExceptions.All(Covers));

    /// <summary>
    /// The error as callers know it. Values never pass: PostgreSQL's message and detail of a data error may quote the row, so such an error is
    /// described by its code and the names of table, column and constraint, and is not kept as the inner exception.
    /// </summary>
    public static NexusException Translate(Exception exception) => exception switch
    {
        NexusException known => known,
        PostgresException server => ServerErrors.Translate(server),
        NpgsqlException { InnerException: AggregateException hosts } => TranslateHosts(hosts),
        AggregateException { InnerExceptions: [var only] } => Translate(only),
        AggregateException many => TranslateHosts(many),
        NpgsqlException driver => TranslateDriver(driver),
        TimeoutException => Unavailable(StoreUnavailableReason.TimedOut, "PostgreSQL did not respond in time", exception),
        SocketException or IOException =>
            Unavailable(StoreUnavailableReason.Unreachable, $"PostgreSQL cannot be reached: {exception.Message}", exception),
        AuthenticationException => HandshakeFailed(exception),
        _ when IsPoolClosed(exception) => PoolClosed(exception),
        _ => new StoreRejectedException("58000", $"PostgreSQL's driver failed unexpectedly: {exception.GetType().Name}", exception),
    };

    /// <summary>
    /// Nothing was written and the same call may succeed: the transaction lost to another (serialization, deadlock, lock timeout), or no
    /// connection came about.
    /// </summary>
    internal static bool IsTransient(Exception exception) => exception switch
    {
        PostgresException server => server.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.SqlClientUnableToEstablishSqlConnection or PostgresErrorCodes.SqlServerRejectedEstablishmentOfSqlConnection
            || ServerErrors.IsTooManyConnections(server),
        NpgsqlException driver => IsPoolExhausted(driver) || IsConnectFailure(driver)
            || (driver.InnerException is AggregateException hosts && hosts.InnerExceptions.All(IsTransient)),
        _ => false,
    };

    /// <summary>
    /// The connection broke, so the status of a COMMIT in flight is unknown. A stopping server may have committed and then
    /// sent 57P01 in place of the response, so those codes count too; so does a client-side time limit.
    /// </summary>
    internal static bool IsConnectionLost(Exception exception) => exception switch
    {
        PostgresException server => server.SqlState.StartsWith("08", StringComparison.Ordinal) || server.SqlState is PostgresErrorCodes.AdminShutdown
            or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.DatabaseDropped or PostgresErrorCodes.IdleSessionTimeout
            or PostgresErrorCodes.StatementCompletionUnknown,
        NpgsqlException driver => !IsPoolExhausted(driver) && !IsConnectFailure(driver)
            && driver.InnerException is { } inner && (IsConnectionLost(inner) || inner is NpgsqlException),
        IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>
    /// The server takes no writes, or none from here: a standby, a primary that was demoted, one that was replaced. Nothing was written.
    /// </summary>
    internal static bool IsWrongServer(Exception exception) => exception switch
    {
        PostgresException server => ServerErrors.IsWrongServer(server),
        StoreUnavailableException { Reason: StoreUnavailableReason.ReadOnly or StoreUnavailableReason.Fenced } => true,
        _ => false,
    };

    /// <summary>The server, the database or the role has no connection left; of several hosts all of them.</summary>
    internal static bool IsTooManyConnections(Exception exception) => exception switch
    {
        PostgresException server => ServerErrors.IsTooManyConnections(server),
        NpgsqlException { InnerException: AggregateException hosts } => hosts.InnerExceptions.Any(IsTooManyConnections),
        StoreUnavailableException { Reason: StoreUnavailableReason.TooManyConnections } => true,
        _ => false,
    };

    private static NexusException TranslateHosts(AggregateException hosts)
    {
        var errors = hosts.InnerExceptions.Select(Translate).ToList();
        // A login that one host refuses will not get better by waiting for the others.
        return errors.Find(error => error is NexusConfigurationException)
            ?? errors.Find(error => error is StoreUnavailableException { Reason: StoreUnavailableReason.Fenced }) ?? (errors.Count == 0
            ? Unavailable(StoreUnavailableReason.Unreachable, "no host of NexusOptions.Database responds", hosts)
            : errors[0]);
    }

    private static NexusException TranslateDriver(NpgsqlException error)
    {
        if (IsPoolExhausted(error)) return PoolExhausted(error);
        if (error.Message.Contains("pool has been shut down", StringComparison.Ordinal))
            return PoolClosed(error);
        if (error.Message.StartsWith("SSL connection requested", StringComparison.Ordinal))
            return DatabaseUrl.Error("the server does not offer TLS, which a remote host must; enable ssl in the server, or write sslmode=disable to "
                + "send everything unencrypted");
        if (error.Message.Contains("No password has been provided", StringComparison.Ordinal))
            return DatabaseUrl.Error("the server asks for a password and none is given");
        if (error.Message.Contains("No suitable host", StringComparison.Ordinal))
            return Unavailable(StoreUnavailableReason.Unreachable, "no host of NexusOptions.Database is reachable and takes writes", error);
        if (error.Message.Contains("authentication method is not allowed", StringComparison.Ordinal))
        {
            return DatabaseUrl.Error(
                "the server does not use SCRAM-SHA-256, so it would see the password or needs none: set password_encryption = 'scram-sha-256' in the "
                    + "server and set the password again, "
                + "or write require_auth=scram-sha-256,md5 (md5, password or none as the server needs) to allow it");
        }
        if (error.Message.Contains("SASL", StringComparison.Ordinal)
            || error.Message.Contains("ChannelBinding", StringComparison.Ordinal))
            return new NexusConfigurationException(DatabaseUrl.Setting, $"the login failed: {error.Message}", error);
        return error.InnerException switch
        {
            AuthenticationException handshake => HandshakeFailed(handshake),
            TimeoutException => Unavailable(StoreUnavailableReason.TimedOut, IsConnectFailure(error)
                ? $"PostgreSQL did not accept a connection within NexusOptions.{nameof(NexusOptions.ConnectTimeout)}: {error.Message}"
                : $"a statement took longer than NexusOptions.{nameof(NexusOptions.CommandTimeout)}", error),
            SocketException socket =>
                Unavailable(StoreUnavailableReason.Unreachable, $"PostgreSQL cannot be reached: {error.Message} ({socket.SocketErrorCode})", error),
            _ => Unavailable(StoreUnavailableReason.Unreachable, $"the connection to PostgreSQL broke: {error.Message}", error),
        };
    }

    private static bool IsPoolClosed(Exception exception) =>
        exception is ObjectDisposedException disposed && disposed.ObjectName.StartsWith("Npgsql.", StringComparison.Ordinal);

    private static StoreUnavailableException PoolClosed(Exception error) =>
        Unavailable(StoreUnavailableReason.Stopped, "the connection pool was closed", error);

    private static StoreUnavailableException PoolExhausted(NpgsqlException error)
    {
        var figures = PoolFigures().Match(error.Message);
        return Unavailable(
            StoreUnavailableReason.PoolExhausted,
            $"no pooled connection became available within {figures.Groups["wait"].Value} s: all {figures.Groups["size"].Value} that "
                + $"NexusOptions.{nameof(NexusOptions.MaxPoolSize)} and the server allow are in use; "
            + $"raise NexusOptions.{nameof(NexusOptions.MaxPoolSize)} (or connection_limit in NexusOptions.Database) or "
                + $"NexusOptions.{nameof(NexusOptions.ConnectTimeout)}, or find what holds the connections",
            error);
    }

    private static NexusConfigurationException HandshakeFailed(Exception error) =>
        new(DatabaseUrl.Setting, $"the TLS handshake failed: {error.Message}; check sslmode and sslrootcert", error);

    private static bool IsPoolExhausted(NpgsqlException error) =>
        error.Message.StartsWith("The connection pool has been exhausted", StringComparison.Ordinal);

    /// <summary>
    /// The driver reports a failed connect as "Failed to connect to …" and a failed name lookup with a bare SocketException; everything that breaks
    /// later is an IOException to it (NpgsqlConnector.ConnectAsync, NpgsqlReadBuffer).
    /// </summary>
    private static bool IsConnectFailure(NpgsqlException error) =>
        error.Message.StartsWith("Failed to connect to", StringComparison.Ordinal) || error.InnerException is SocketException
        || error.Message.StartsWith("No suitable host", StringComparison.Ordinal);

    private static StoreUnavailableException Unavailable(StoreUnavailableReason reason, string message, Exception inner) =>
        new(reason, message, inner);

    [GeneratedRegex(@"'Max Pool Size' \(currently (?<size>\d+)\) or 'Timeout' \(currently (?<wait>\d+) seconds\)",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex PoolFigures();
}
