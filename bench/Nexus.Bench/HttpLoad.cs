using System.Diagnostics;

namespace Nexus.Bench;

/// <summary>All callers of the HTTP benchmark on one thread, which waits until some have a response and sends their next request.</summary>
internal static class HttpLoad
{
    /// <returns>The duration of each response in stopwatch ticks.</returns>
    public static IEnumerable<long> Run(IReadOnlyList<HttpCaller> callers, TimeSpan duration)
    {
        using var epoll = new Epoll(callers.Count);
        for (var n = 0; n < callers.Count; n++) epoll.Watch(callers[n].Connection.Socket, n);
        var end = Stopwatch.GetTimestamp() + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        foreach (var caller in callers)
        {
            caller.Forget();
            caller.SendNext();
        }
        for (var busy = callers.Count; busy > 0;)
        {
            var ready = epoll.Wait();
            for (var n = 0; n < ready; n++)
            {
                var caller = callers[epoll.Ready(n)];
                if (!caller.Receive()) continue;
                if (Stopwatch.GetTimestamp() < end)
                {
                    caller.SendNext();
                    continue;
                }
                epoll.Forget(caller.Connection.Socket);
                busy--;
            }
        }
        return callers.SelectMany(caller => caller.Latencies);
    }
}
