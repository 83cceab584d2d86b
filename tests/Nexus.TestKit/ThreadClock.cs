using System.Runtime.InteropServices;

namespace Nexus.TestKit;

/// <summary>How long the calling thread has run: what a computation costs, on however busy a machine.</summary>
public static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    /// <summary>Nanoseconds of the processor, from clock_gettime(2).</summary>
    public static long Read() => clock_gettime(ThreadCpuTime, out var time) == 0
        ? (time.Seconds * 1_000_000_000) + time.Nanoseconds
        : throw new InvalidOperationException("the thread's clock cannot be read");

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, out Timespec time);

    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
