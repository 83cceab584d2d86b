using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Nexus.Server.Dashboard;

/// <summary>
/// Slows down failed sign-ins by address: after <see cref="Free"/> failures each further one doubles the wait, up to <see cref="LongestWait"/>. An
/// address is an IPv4 address or an IPv6 network of 64 bits.
/// </summary>
internal sealed class SignInThrottle(TimeProvider clock)
{
    private const int Free = 5;
    private const int MaxAddresses = 10_000;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(15);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Failures> _addresses = new(StringComparer.Ordinal);

    /// <summary>
    /// Counts an attempt as a failure until <see cref="Succeed"/>, so that concurrent attempts do not pass together. Returns how long the address
    /// must wait; zero if the attempt may go on.
    /// </summary>
    public TimeSpan TryBegin(HttpContext http)
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            var address = AddressOf(http);
            if (!_addresses.TryGetValue(address, out var failures) || now - failures.Last > Memory) failures = new Failures(0, now, now);
            if (failures.NextAt > now) return failures.NextAt - now;
            MakeRoom(now);
            var count = failures.Count + 1;
            _addresses[address] = new Failures(count, now, now + WaitAfter(count));
            return TimeSpan.Zero;
        }
    }

    public void Succeed(HttpContext http)
    {
        lock (_gate) _addresses.Remove(AddressOf(http));
    }

    private static TimeSpan WaitAfter(int failures)
    {
        if (failures < Free) return TimeSpan.Zero;
        var wait = TimeSpan.FromSeconds(Math.Pow(2, Math.Min(failures - Free, 10)));
        return wait < LongestWait ? wait : LongestWait;
    }

    private static string AddressOf(HttpContext http)
    {
        if (http.Connection.RemoteIpAddress is not { } address) return "socket";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexString(address.GetAddressBytes(), 0, 8) : address.ToString();
    }

    /// <summary>Forgets the addresses that failed longest ago, so that many addresses cannot fill the memory.</summary>
    private void MakeRoom(DateTimeOffset now)
    {
        if (_addresses.Count < MaxAddresses) return;
        foreach (var (address, _) in _addresses.Where(entry => now - entry.Value.Last > Memory).ToList()) _addresses.Remove(address);
        if (_addresses.Count < MaxAddresses) return;
        foreach (var (address, _) in _addresses.OrderBy(entry => entry.Value.Last).Take(MaxAddresses / 10).ToList()) _addresses.Remove(address);
    }

    private readonly record struct Failures(int Count, DateTimeOffset Last, DateTimeOffset NextAt);
}
