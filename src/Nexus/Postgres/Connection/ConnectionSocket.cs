using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Npgsql;
using Npgsql.Internal;

namespace Nexus.Postgres;

/// <summary>The socket of an open connection, which the driver hands to nobody: https://github.com/npgsql/npgsql/issues/6012.</summary>
internal static class ConnectionSocket
{
    /// <exception cref="InvalidOperationException">The connection is closed.</exception>
    /// <exception cref="MissingMemberException">This version of the driver keeps it elsewhere.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Socket Of(NpgsqlConnection connection) =>
        ConnectorOf(connection) is { } connector ? SocketOf(connector) : throw new InvalidOperationException("the connection is closed");

    /// <summary>
    /// Ends whatever waits for the server at once, as if the server had closed the connection. The driver's own cancellation asks the server first.
    /// </summary>
    public static void Abort(NpgsqlConnection connection)
    {
        try
        {
            Of(connection).Shutdown(SocketShutdown.Both);
        }
        catch (Exception error) when (IsUnavailable(error) || error is InvalidOperationException or SocketException)
        {
            // It is closed already. Or the driver keeps its socket elsewhere: then a call ends with the command timeout.
        }
    }

    /// <summary>
    /// The object that the driver has for the physical connection; null where it is closed, or this version of the driver hides it.
    /// </summary>
    public static object? FindConnector(NpgsqlConnection connection)
    {
        try
        {
            return GetConnector(connection);
        }
        catch (Exception error) when (IsUnavailable(error))
        {
            return null;
        }
    }

    /// <summary>Whether this version of the driver keeps its socket elsewhere.</summary>
    public static bool IsUnavailable(Exception error) => error is MissingMemberException or TypeLoadException;

#pragma warning disable NPG9001
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static NpgsqlConnector? GetConnector(NpgsqlConnection connection) => ConnectorOf(connection);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    private static extern NpgsqlConnector? ConnectorOf(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref Socket SocketOf(NpgsqlConnector connector);
#pragma warning restore NPG9001
}
