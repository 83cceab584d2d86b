using System.Globalization;

namespace Nexus.TestKit;

/// <summary>
/// A cluster <c>15 main</c> as Debian's packages set it up, with pgBackRest, in a folder of its own: configuration, data, repository, logs and port.
/// Commands that are written for the paths of the packages run against it after <see cref="Substitute"/>.
/// </summary>
public sealed class DebianCluster : IAsyncDisposable
{
    private const string CreateCluster = "/usr/bin/pg_createcluster";
    private const string BackRest = "/usr/bin/pgbackrest";

    private readonly TempFolder _folder = new("debian",
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    private IDisposable? _guard;

    private DebianCluster() => Port = Ports.Free();

    /// <summary>Whether the packages are installed: pgBackRest of Debian 12 knows PostgreSQL 15 and earlier.</summary>
    public static bool IsInstalled => File.Exists(CreateCluster) && File.Exists(BackRest) && Directory.Exists("/usr/lib/postgresql/15/bin");

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>The program of pgBackRest.</summary>
    public static string Program => BackRest;

    /// <summary>The configuration of pgBackRest.</summary>
    public string Configuration => this["pgbackrest.conf"];

    /// <summary>Its data.</summary>
    public string DataFolder => this["data/main"];

    /// <summary>A path in its folder.</summary>
    public string this[string name] => _folder[name];

    /// <summary>Makes the cluster, as the packages do, and starts it.</summary>
    /// <param name="deploy">A folder of files that commands use, copied to the place where they run.</param>
    public static async Task<DebianCluster> CreateAsync(string deploy)
    {
        var cluster = new DebianCluster();
        try
        {
            await ChildProcess.RunAsync("cp", ["-r", deploy, cluster["deploy"]]);
            foreach (var folder in new[] { "etc", "data", "repo", "log", "sock" }) Directory.CreateDirectory(cluster[folder]);
            await PostgresBinaries.GiveToServerUserAsync(cluster._folder.Path);
            await cluster.RunAsync($"""
                pg_createcluster -d {cluster.DataFolder} -p {cluster.Port} -s {cluster["sock"]} -l {cluster["log/server.log"]} \
                  15 main -- -A trust -U postgres
                echo "PGBACKREST_CONFIG = '{cluster.Configuration}'" >> {cluster["etc/15/main/environment"]}
                printf "listen_addresses = '127.0.0.1'\nfsync = off\nshared_buffers = 16MB\nexternal_pid_file = '{cluster["server.pid"]}'\n" \
                  > {cluster["etc/15/main/conf.d/test.conf"]}
                """);
            await cluster.RunAsync("pg_ctlcluster 15 main start");
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The address of a database.</summary>
    public string Url(string database) =>
        $"postgres://postgres@127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/{database}?sslmode=disable";

    /// <summary>Commands for the paths and the port of the packages, for those of this cluster.</summary>
    public string Substitute(string commands) => commands
        .Replace("/var/lib/postgresql/15/main", DataFolder, StringComparison.Ordinal)
        .Replace("/etc/postgresql/", this["etc/"], StringComparison.Ordinal)
        .Replace("/etc/pgbackrest.conf", Configuration, StringComparison.Ordinal)
        .Replace("/var/lib/pgbackrest", this["repo"], StringComparison.Ordinal)
        .Replace("/var/log/pgbackrest", this["log"], StringComparison.Ordinal)
        .Replace("/var/run/postgresql", this["sock"], StringComparison.Ordinal)
        .Replace("5432", Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>Runs commands in a shell as the user of the server.</summary>
    /// <param name="commands">The commands. The first that fails ends them.</param>
    /// <param name="workingFolder">Where, in the folder of the cluster.</param>
    /// <returns>What they wrote.</returns>
    public async Task<string> RunAsync(string commands, string workingFolder = "")
    {
        var (file, arguments) = PostgresBinaries.AsUser("/bin/bash", ["-euo", "pipefail", "-c", commands]);
        var (exitCode, output, error) = await ChildProcess.RunAsync(file, arguments, Environment(), this[workingFolder]);
        if (exitCode != 0)
        {
            var log = File.Exists(this["log/server.log"]) ? await File.ReadAllTextAsync(this["log/server.log"]) : "";
            throw new InvalidOperationException($"exit code {exitCode} of\n{commands}\n{output}\n{error}\n{log}");
        }
        GuardServer();
        return output;
    }

    /// <summary>Ends the server as a lost machine does.</summary>
    public async Task KillAsync()
    {
        var id = ProcessId() ?? throw new InvalidOperationException("the server does not run");
        var children = await File.ReadAllTextAsync($"/proc/{id}/task/{id}/children");
        ChildProcess.Send(id, ChildProcess.SigKill);
        var all = children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, CultureInfo.InvariantCulture)).ToList();
        await Eventually.TrueAsync(() => !all.Exists(ProcessTable.IsAlive));
        // A new machine has no sockets of the old one.
        foreach (var socket in Directory.GetFiles(this["sock"])) File.Delete(socket);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (ProcessId() is { } id)
        {
            const int sigQuit = 3;
            ChildProcess.Send(id, sigQuit);
            await Eventually.TrueAsync(() => !ProcessTable.IsAlive(id));
        }
        _guard?.Dispose();
        _folder.Dispose();
    }

    private Dictionary<string, string?> Environment() => new()
    {
        ["PG_CLUSTER_CONF_ROOT"] = this["etc"],
        ["PGBACKREST_CONFIG"] = Configuration,
        ["PGHOST"] = this["sock"],
        ["PGPORT"] = Port.ToString(CultureInfo.InvariantCulture),
        ["PGUSER"] = "postgres",
        ["HOME"] = _folder.Path,
        ["DATABASE_URL"] = null,
    };

    private int? ProcessId()
    {
        try
        {
            return int.Parse(File.ReadLines(Path.Combine(DataFolder, "postmaster.pid")).First(), CultureInfo.InvariantCulture) is var id
                && ProcessTable.IsAlive(id) ? id : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>It ends with the test run, however that ends.</summary>
    private void GuardServer()
    {
        _guard?.Dispose();
        _guard = ProcessId() is { } id ? Watchdog.GuardProcess(id, "QUIT") : null;
    }
}
