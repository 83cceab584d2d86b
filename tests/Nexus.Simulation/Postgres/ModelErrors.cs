using System.Net.Sockets;
using Npgsql;

namespace Nexus.Simulation;

/// <summary>The errors of the driver and the server, as Npgsql raises them.</summary>
internal static class ModelErrors
{
    /// <summary>No connection came about: nothing was sent.</summary>
    public static NpgsqlException Refused() => new("Failed to connect to 10.0.0.1:5432", new SocketException((int)SocketError.ConnectionRefused));

    /// <summary>No connection came about in time.</summary>
    public static NpgsqlException NotAccepted() => new("Failed to connect to 10.0.0.1:5432", new TimeoutException("The operation has timed out"));

    /// <summary>The connection broke after something was sent.</summary>
    public static NpgsqlException Broken() => new("Exception while reading from stream", new IOException("Connection reset by peer"));

    /// <summary>No response within the command timeout.</summary>
    public static NpgsqlException TimedOut() => new("Exception while reading from stream", new TimeoutException("Timeout during reading attempt"));

    public static PostgresException Deadlock() => Error("deadlock detected", PostgresErrorCodes.DeadlockDetected);

    public static PostgresException UniqueViolation() =>
        Error("duplicate key value violates unique constraint \"nexus_commits_pkey\"", PostgresErrorCodes.UniqueViolation);

    /// <summary>The server is being stopped; a commit in flight may have succeeded.</summary>
    public static PostgresException Stopping() => new(
        "terminating connection due to administrator command", "FATAL", "FATAL", PostgresErrorCodes.AdminShutdown);

    /// <summary>The server does not take a write.</summary>
    public static PostgresException Refused(string state) => Error("the write is refused", state);

    private static PostgresException Error(string message, string state) => new(message, "ERROR", "ERROR", state);
}

/// <summary>The server, or the connection of a session, ceased to be while a call waited.</summary>
internal sealed class SessionLostException() : Exception("the session is lost");
