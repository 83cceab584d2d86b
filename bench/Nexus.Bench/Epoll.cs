using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Nexus.Bench;

/// <summary>
/// Waits for many sockets at once, as load generators do (https://man7.org/linux/man-pages/man7/epoll.7.html). <see cref="Socket.Select"/>, which
/// .NET offers, looks at every socket each time: a twentieth of what a request cost this process.
/// </summary>
internal sealed class Epoll : IDisposable
{
    private const int Add = 1;
    private const int Remove = 2;
    private const uint Readable = 1;
    private const int Interrupted = 4;

    // The kernel packs the event on x64 alone.
    private static readonly int DataAt = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataAt + 8;

    private readonly int _handle = Checked(epoll_create1(0));
    private readonly byte[] _events;

    /// <param name="most">The maximum number of sockets that one wait returns.</param>
    public Epoll(int most) => _events = new byte[most * EventSize];

    /// <summary>Adds a socket, which is identified by a number.</summary>
    public void Watch(Socket socket, int number)
    {
        var description = new byte[EventSize];
        MemoryMarshal.Write(description, Readable);
        MemoryMarshal.Write(description.AsSpan(DataAt), (long)number);
        Checked(epoll_ctl(_handle, Add, (int)socket.Handle, description));
    }

    public void Forget(Socket socket) => Checked(epoll_ctl(_handle, Remove, (int)socket.Handle, new byte[EventSize]));

    /// <summary>Waits until some sockets can be read. <see cref="Ready"/> has their numbers.</summary>
    /// <returns>How many.</returns>
    public int Wait()
    {
        while (true)
        {
            var count = epoll_wait(_handle, _events, _events.Length / EventSize, timeout: -1);
            if (count >= 0) return count;
            if (Marshal.GetLastPInvokeError() != Interrupted) throw new Win32Exception();
        }
    }

    public int Ready(int n) => (int)MemoryMarshal.Read<long>(_events.AsSpan((n * EventSize) + DataAt));

    public void Dispose() => _ = close(_handle);

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception();

    [DllImport("libc", SetLastError = true)]
    private static extern int epoll_create1(int flags);

    [DllImport("libc", SetLastError = true)]
    private static extern int epoll_ctl(int epoll, int operation, int socket, byte[] description);

    [DllImport("libc", SetLastError = true)]
    private static extern int epoll_wait(int epoll, byte[] events, int most, int timeout);

    [DllImport("libc")]
    private static extern int close(int handle);
}
