using System.Net.Sockets;
using System.Runtime.InteropServices;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// The kernel's limit for data that the server does not take (RFC 5482), on each connection: the driver's own limits end a call, but not the write
/// by which it then ends TLS (NpgsqlConnector.Cleanup): docs/decisions/0040-tcp-user-timeout.md.
/// </summary>
internal static class TcpUserTimeout
{
    // Of Linux: IPPROTO_TCP and TCP_USER_TIMEOUT, netinet/tcp.h.
    private const int ProtocolLevel = 6;
    private const int UserTimeout = 18;

    /// <summary>The driver ends a statement first, and says more about it.</summary>
    private static readonly TimeSpan AfterCommand = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Where statements may take longer, data may wait as long for a server that is busy. The kernel's limits stay, for idle connections too, whose
    /// keepalives this limit would replace.
    /// </summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>The limit for connections with these settings; null where there is none.</summary>
    public static TimeSpan? For(NpgsqlConnectionStringBuilder settings)
    {
        var command = TimeSpan.FromSeconds(settings.CommandTimeout);
        return command > TimeSpan.Zero && command <= Longest ? command + AfterCommand : null;
    }

    /// <summary>Sets the limit of an open connection. Sockets of the machine itself have no route that could die.</summary>
    /// <returns>False where this system, or this version of the driver, does not allow it.</returns>
    public static bool TrySet(NpgsqlConnection connection, TimeSpan limit)
    {
        if (!OperatingSystem.IsLinux()) return false;
        try
        {
            var socket = ConnectionSocket.Of(connection);
            if (socket.AddressFamily == AddressFamily.Unix) return true;
            var milliseconds = (int)limit.TotalMilliseconds;
            socket.SetRawSocketOption(ProtocolLevel, UserTimeout, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in milliseconds)));
            return true;
        }
        catch (Exception error) when (ConnectionSocket.IsUnavailable(error) || error is SocketException)
        {
            return false;
        }
    }

    /// <summary>The limit that a connection has.</summary>
    internal static TimeSpan Get(NpgsqlConnection connection)
    {
        var milliseconds = 0;
        ConnectionSocket.Of(connection).GetRawSocketOption(ProtocolLevel, UserTimeout, MemoryMarshal.AsBytes(new Span<int>(ref milliseconds)));
        return TimeSpan.FromMilliseconds(milliseconds);
    }
}
