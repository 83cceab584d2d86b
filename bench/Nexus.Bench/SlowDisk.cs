using Nexus.TestKit;

namespace Nexus.Bench;

/// <summary>Simulates a disk that is 2 ms slower: a preloaded library delays fdatasync. Needs a C compiler (<c>cc</c>).</summary>
internal static class SlowDisk
{
    private const string Source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <time.h>
        int fdatasync(int file) {
            static int (*sync)(int);
            if (!sync) sync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
            struct timespec wait = { 0, 2000000 };
            nanosleep(&wait, 0);
            return sync(file);
        }
        """;

    /// <summary>The environment of a server on such a disk.</summary>
    public static async Task<Dictionary<string, string?>> EnvironmentAsync()
    {
        // Readable by the user that the server runs as.
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "nexus-bench-slow-disk"));
        var (source, library) = (Path.Combine(folder.FullName, "slow.c"), Path.Combine(folder.FullName, "slow.so"));
        await File.WriteAllTextAsync(source, Source);
        var (exitCode, _, error) = await ChildProcess.RunAsync("cc", ["-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"]);
        return exitCode == 0
            ? new Dictionary<string, string?> { ["LD_PRELOAD"] = library }
            : throw new InvalidOperationException($"the delay library could not be compiled: {error}");
    }
}
