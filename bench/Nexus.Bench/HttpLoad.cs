using System.Diagnostics;
using System.Net.Sockets;

namespace Nexus.Bench;

/// <summary>All callers of the HTTP benchmark on one thread, which waits until some have an answer and sends the next request of each.</summary>
internal static class HttpLoad
{
    /// <returns>How long each answer took, in ticks of the stopwatch.</returns>
    public static IEnumerable<long> Run(IReadOnlyList<HttpCaller> callers, TimeSpan duration)
    {
        var bySocket = callers.ToDictionary(caller => caller.Connection.Socket);
        var ready = new List<Socket>(callers.Count);
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        foreach (var caller in callers)
        {
            caller.Forget();
            caller.SendNext();
        }
        while (bySocket.Count > 0)
        {
            ready.Clear();
            ready.AddRange(bySocket.Keys);
            Socket.Select(ready, null, null, microSeconds: -1);
            foreach (var socket in ready)
            {
                if (!bySocket[socket].Receive()) continue;
                if (Stopwatch.GetTimestamp() < end) bySocket[socket].SendNext();
                else bySocket.Remove(socket);
            }
        }
        return callers.SelectMany(caller => caller.Latencies);
    }
}
