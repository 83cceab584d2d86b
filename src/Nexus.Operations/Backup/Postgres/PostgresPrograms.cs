using System.Globalization;
using System.Text.RegularExpressions;

namespace Nexus.Operations.Backup;

/// <summary>PostgreSQL's programs on this machine.</summary>
internal sealed partial class PostgresPrograms
{
    /// <summary>The variable that names their folder.</summary>
    public const string Variable = "NEXUS_PG_BIN";

    private static readonly string[] Packages = ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/opt/postgresql"];

    private static readonly TimeSpan VersionPatience = TimeSpan.FromSeconds(20);

    private readonly string? _folder;

    /// <param name="folder">The only folder to look in; null for the usual places.</param>
    public PostgresPrograms(string? folder) => _folder = folder;

    /// <summary>
    /// The program for a server: of the same version if there is one, otherwise the newest, which must not be older than the server.
    /// </summary>
    /// <param name="program">Such as <c>pg_dump</c>.</param>
    /// <param name="serverMajor">The major version of the server, or of the dump that is read.</param>
    /// <param name="reason">What has this version, for the message.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <exception cref="BackupException">There is none. The message names the package.</exception>
    public async Task<PostgresProgram> FindAsync(string program, int serverMajor, string reason, CancellationToken cancellationToken)
    {
        var found = new List<PostgresProgram>();
        foreach (var path in Candidates(program))
        {
            if (await ReadVersionAsync(path, cancellationToken).ConfigureAwait(false) is { } version)
                found.Add(new PostgresProgram(path, version.Major, version.Text));
        }
        var newest = found.OrderByDescending(candidate => candidate.Major).FirstOrDefault();
        if (newest is null)
        {
            throw new BackupException(
                BackupErrorKind.Programs,
                $"{program} is not installed ({Searched}): install {PackageOf(program, serverMajor)}, or name the folder of PostgreSQL's programs "
                    + $"in {Variable}");
        }
        if (newest.Major < serverMajor)
        {
            throw new BackupException(
                BackupErrorKind.Programs,
                $"{reason} has version {serverMajor}, and the newest {program} of this machine is {newest.Version} ({newest.Path}), which is older: "
                    + $"install {PackageOf(program, serverMajor)}, or name the folder of newer programs in {Variable}");
        }
        return found.FirstOrDefault(candidate => candidate.Major == serverMajor) ?? newest;
    }

    private string Searched => _folder is null ? "PATH and the folders of packages were searched" : $"only {_folder} was searched";

    private static string PackageOf(string program, int major) => program is "initdb" or "postgres"
        ? string.Create(CultureInfo.InvariantCulture, $"the package postgresql-{major} (Debian, Ubuntu) or postgresql{major}-server (Red Hat)")
        : string.Create(CultureInfo.InvariantCulture, $"the package postgresql-client-{major} (Debian, Ubuntu) or postgresql{major} (Red Hat)");

    private IEnumerable<string> Candidates(string program)
    {
        // On Debian /usr/bin/pg_dump is a wrapper that chooses a version by itself, so the folders of the packages come first.
        IEnumerable<string> folders = _folder is not null ? [_folder] : Packages
            .SelectMany(Inner).Select(version => Path.Combine(version, "bin"))
            .Concat(Inner("/usr").Where(path => Path.GetFileName(path).StartsWith("pgsql-", StringComparison.Ordinal))
                .Select(path => Path.Combine(path, "bin")))
            .Concat(Inner("/opt/homebrew/opt").Where(path => Path.GetFileName(path).Contains("postgresql", StringComparison.Ordinal))
                .Select(path => Path.Combine(path, "bin")))
            .Append("/usr/local/pgsql/bin")
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Where(Path.IsPathRooted));
        return folders.Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{program}.exe" : program))
            .Where(File.Exists).Distinct(StringComparer.Ordinal);
    }

    private static string[] Inner(string folder) => Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];

    private static async Task<(int Major, string Text)?> ReadVersionAsync(string path, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(VersionPatience);
        try
        {
            var result = await ChildProgram.RunAsync(path, ["--version"], environment: null, onError: null, isBackground: false, limit.Token)
                .ConfigureAwait(false);
            var match = Version().Match(result.Output);
            return result.ExitCode == 0 && match.Success && int.TryParse(match.Groups["major"].Value, CultureInfo.InvariantCulture, out var major)
                ? (major, match.Groups["text"].Value)
                : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (BackupException)
        {
            return null;
        }
    }

    // "pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", "postgres (PostgreSQL) 18beta1"
    [GeneratedRegex(@"\(PostgreSQL\)\s+(?<text>(?<major>[0-9]{1,3})[^\s]*)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Version();
}

/// <summary>A program.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Major">Its major version.</param>
/// <param name="Version">Its version as it prints it.</param>
internal sealed record PostgresProgram(string Path, int Major, string Version);
