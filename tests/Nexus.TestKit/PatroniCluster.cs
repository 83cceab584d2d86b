using System.Globalization;

namespace Nexus.TestKit;

/// <summary>
/// Two PostgreSQL servers under Patroni and a witness, on loopback, with the files of <c>deploy/patroni</c>: only addresses, paths and the watchdog
/// are changed.
/// </summary>
public sealed class PatroniCluster : IAsyncDisposable
{
    /// <summary>The password of the roles, as the files have it.</summary>
    public const string Password = "CHANGE-ME";

    private const string Program = "/usr/bin/patroni", Witness = "/usr/bin/patroni_raft_controller";

    private readonly TempFolder _folder = new("patroni",
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    private readonly Dictionary<int, ChildProcess> _running = [];
    private readonly int[] _raft = [Ports.Free(), Ports.Free(), Ports.Free()];
    private readonly int[] _api = [Ports.Free(), Ports.Free()];

    private PatroniCluster()
    {
    }

    /// <summary>Whether Debian's packages are installed.</summary>
    public static bool IsInstalled => File.Exists(Program) && File.Exists(Witness);

    /// <summary>The ports of the two servers.</summary>
    public IReadOnlyList<int> ServerPorts { get; } = [Ports.Free(), Ports.Free()];

    /// <summary>Starts all three.</summary>
    /// <param name="deploy">The folder with <c>patroni.yml</c> and <c>raft.yml</c>.</param>
    public static async Task<PatroniCluster> StartAsync(string deploy)
    {
        var cluster = new PatroniCluster();
        try
        {
            for (var node = 0; node < 3; node++)
            {
                Directory.CreateDirectory(cluster._folder[$"n{node}/raft"]);
                await File.WriteAllTextAsync(cluster._folder[$"n{node}.yml"],
                    cluster.Change(await File.ReadAllTextAsync(Path.Combine(deploy, node == 2 ? "raft.yml" : "patroni.yml")), node));
            }
            await PostgresBinaries.GiveToServerUserAsync(cluster._folder.Path);
            for (var node = 2; node >= 0; node--) cluster.Start(node);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a node: 0 and 1 are servers, 2 is the witness.</summary>
    public void Start(int node)
    {
        var (file, arguments) = PostgresBinaries.AsUser(node == 2 ? Witness : Program, [_folder[$"n{node}.yml"]]);
        _running[node] = ChildProcess.Start(file, arguments, workingDirectory: _folder.Path);
    }

    /// <summary>SIGKILL to Patroni and to the server, as when a machine loses its power.</summary>
    public async Task KillAsync(int node)
    {
        var server = PostmasterOf(node);
        await _running[node].KillAsync();
        if (server is { } process) ChildProcess.Send(process, ChildProcess.SigKill);
    }

    /// <summary>What a node has logged.</summary>
    public string LogOf(int node) => _running[node].Output + _running[node].Error;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running.Values) await process.DisposeAsync();
        for (var node = 0; node < 2; node++)
        {
            if (PostmasterOf(node) is { } server) ChildProcess.Send(server, 3);
        }
        _folder.Dispose();
    }

    private int? PostmasterOf(int node)
    {
        try
        {
            return int.Parse(File.ReadLines(_folder[$"n{node}/pg/postmaster.pid"]).First(), CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string Raft(int number) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_raft[number]}");

    private string Change(string text, int node)
    {
        int[] others = [.. Enumerable.Range(0, 3).Where(other => other != node)];
        text = string.Join('\n', text.Split('\n').Select(line => line switch
        {
            _ when line.StartsWith("name:", StringComparison.Ordinal) => $"name: db{node}",
            _ when line.StartsWith("  self_addr:", StringComparison.Ordinal) => $"  self_addr: {Raft(node)}",
            _ when line.StartsWith("  partner_addrs:", StringComparison.Ordinal) =>
                $"  partner_addrs: ['{Raft(others[0])}', '{Raft(others[1])}']",
            _ => line,
        }));
        if (node < 2)
        {
            text = text.Replace("10.0.0.1:8008", $"127.0.0.1:{_api[node]}", StringComparison.Ordinal)
                .Replace("10.0.0.1:5432", $"127.0.0.1:{ServerPorts[node]}", StringComparison.Ordinal);
        }
        return text.Replace("10.0.0.0/24", "127.0.0.0/8", StringComparison.Ordinal)
            .Replace("/var/lib/patroni", _folder[$"n{node}"], StringComparison.Ordinal)
            .Replace("/var/lib/postgresql/15/patroni", _folder[$"n{node}/pg"], StringComparison.Ordinal)
            .Replace("/var/run/postgresql", _folder[$"n{node}"], StringComparison.Ordinal)
            .Replace("/usr/lib/postgresql/15/bin", PostgresBinaries.Find().Folder, StringComparison.Ordinal)
            .Replace("mode: automatic", "mode: off", StringComparison.Ordinal);
    }
}
