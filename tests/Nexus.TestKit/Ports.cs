using System.Net;
using System.Net.Sockets;

namespace Nexus.TestKit;

/// <summary>Loopback ports.</summary>
public static class Ports
{
    /// <summary>A port that is free at this moment. Another process may take it first, so a server start on it must be retried.</summary>
    public static int Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
