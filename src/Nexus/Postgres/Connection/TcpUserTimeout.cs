using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Npgsql;
using Npgsql.Internal;

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
            var socket = FindSocket(connection);
            if (socket.AddressFamily == AddressFamily.Unix) return true;
            var milliseconds = (int)limit.TotalMilliseconds;
            socket.SetRawSocketOption(ProtocolLevel, UserTimeout, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in milliseconds)));
            return true;
        }
        catch (Exception error) when (error is MissingMemberException or TypeLoadException or SocketException)
        {
            return false;
        }
    }

    /// <summary>The limit that a connection has.</summary>
    internal static TimeSpan Get(NpgsqlConnection connection)
    {
        var milliseconds = 0;
        FindSocket(connection).GetRawSocketOption(ProtocolLevel, UserTimeout, MemoryMarshal.AsBytes(new Span<int>(ref milliseconds)));
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    /// <summary>A method of its own, so that a driver without these members fails here and not where this class is called.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Socket FindSocket(NpgsqlConnection connection) => SocketOf(ConnectorOf(connection));

    // The driver has no setting for it, and hands its socket to nobody: https://github.com/npgsql/npgsql/issues/6012.
#pragma warning disable NPG9001
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Connector")]
    private static extern NpgsqlConnector ConnectorOf(NpgsqlConnection connection);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_socket")]
    private static extern ref Socket SocketOf(NpgsqlConnector connector);
#pragma warning restore NPG9001
}
