using System.Globalization;

namespace Nexus.TestKit;

/// <summary>The programs of one PostgreSQL version, run as a user that the server accepts: it refuses root.</summary>
public sealed class PostgresBinaries
{
    private const string DebianFolder = "/usr/lib/postgresql";

    private PostgresBinaries(string folder) => Folder = folder;

    /// <summary>Where they are, such as <c>/usr/lib/postgresql/15/bin</c>.</summary>
    public string Folder { get; }

    /// <summary>The folder that <c>NEXUS_TEST_PG_BIN</c> names, otherwise the newest version of Debian's packages.</summary>
    /// <exception cref="InvalidOperationException">No server is installed.</exception>
    public static PostgresBinaries Find(string? folder = null)
    {
        folder ??= Environment.GetEnvironmentVariable("NEXUS_TEST_PG_BIN") is { Length: > 0 } named ? named : Newest();
        return folder is not null && File.Exists(Path.Combine(folder, "initdb"))
            ? new PostgresBinaries(folder)
            : throw new InvalidOperationException(
                $"no PostgreSQL server under {folder ?? DebianFolder}: run ./test, which installs Debian's package, or name its bin folder in "
                    + "NEXUS_TEST_PG_BIN");
    }

    /// <summary>The path of one program, such as <c>pg_dump</c>.</summary>
    public string this[string program] => Path.Combine(Folder, program);

    /// <summary>The command that runs a program as the server's user: another one for root, this process's own otherwise.</summary>
    internal (string File, IEnumerable<string> Arguments) AsServerUser(string program, IEnumerable<string> arguments) =>
        AsUser(this[program], arguments);

    /// <summary>The same for a program that is not one of these.</summary>
    internal static (string File, IEnumerable<string> Arguments) AsUser(string path, IEnumerable<string> arguments) => Environment.IsPrivilegedProcess
        ? ("setpriv", ["--reuid", ServerUser, "--regid", ServerUser, "--init-groups", path, .. arguments])
        : (path, arguments);

    /// <summary>Gives files to the server's user.</summary>
    internal static async Task GiveToServerUserAsync(string path)
    {
        if (!Environment.IsPrivilegedProcess) return;
        var (exitCode, _, error) = await ChildProcess.RunAsync("chown", ["-R", $"{ServerUser}:{ServerUser}", path]);
        if (exitCode != 0) throw new InvalidOperationException(error);
    }

    // Debian's package makes the user.
    private const string ServerUser = "postgres";

    private static string? Newest() => !Directory.Exists(DebianFolder)
        ? null
        : Directory.GetDirectories(DebianFolder)
            .Select(version => (Folder: Path.Combine(version, "bin"), Version: VersionOf(version)))
            .Where(found => File.Exists(Path.Combine(found.Folder, "initdb")))
            .OrderByDescending(found => found.Version)
            .Select(found => found.Folder)
            .FirstOrDefault();

    private static double VersionOf(string folder) =>
        double.TryParse(Path.GetFileName(folder), NumberStyles.Float, CultureInfo.InvariantCulture, out var version) ? version : 0;
}
