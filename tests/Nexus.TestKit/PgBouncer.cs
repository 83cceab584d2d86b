using System.Globalization;

namespace Nexus.TestKit;

/// <summary>A real PgBouncer in front of a test's server: on a free loopback port, gone when the test ends in whatever way.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private const string Program = "/usr/sbin/pgbouncer";

    private static readonly Lock SharedGate = new();
    private static readonly Dictionary<string, Task<PgBouncer>> Shared = [];

    private readonly TempFolder _folder;
    private ChildProcess? _process;

    private PgBouncer()
    {
        const UnixFileMode enterable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        _folder = new TempFolder("pgbouncer", enterable);
    }

    /// <summary>Whether Debian's package is installed.</summary>
    public static bool IsInstalled => File.Exists(Program);

    /// <summary>Where it listens.</summary>
    public int Port { get; private set; }

    /// <summary>Its process.</summary>
    public int ProcessId => _process!.Id;

    /// <summary>Starts one.</summary>
    /// <param name="cluster">The server behind it.</param>
    /// <param name="mode"><c>transaction</c> or <c>session</c>.</param>
    /// <param name="settings">Further lines of its configuration, such as <c>ignore_startup_parameters = options</c>.</param>
    public static async Task<PgBouncer> StartAsync(PostgresCluster cluster, string mode = "transaction", params string[] settings)
    {
        var bouncer = new PgBouncer();
        try
        {
            for (var attempt = 1; !await bouncer.TryStartAsync(cluster, mode, settings); attempt++)
            {
                if (attempt == 5)
                    throw new InvalidOperationException($"PgBouncer did not start\n{bouncer._process?.Output}{bouncer._process?.Error}");
            }
            return bouncer;
        }
        catch
        {
            await bouncer.DisposeAsync();
            throw;
        }
    }

    /// <summary>The one that the tests of this process share, in front of <see cref="PostgresCluster.SharedAsync"/>; nobody stops it.</summary>
    /// <param name="mode"><c>transaction</c> or <c>session</c>.</param>
    public static async Task<PgBouncer> SharedAsync(string mode)
    {
        var cluster = await PostgresCluster.SharedAsync();
        Task<PgBouncer>? shared;
        lock (SharedGate)
        {
            if (!Shared.TryGetValue(mode, out shared)) Shared[mode] = shared = StartAsync(cluster, mode);
        }
        return await shared;
    }

    /// <summary>A URL that leads to one database through it.</summary>
    /// <param name="database">The database.</param>
    /// <param name="isSaid">Whether the URL says that a pooler in transaction mode stands between.</param>
    /// <param name="user">A role.</param>
    public string Url(string database, bool isSaid, string user = "postgres") =>
        $"postgres://{Uri.EscapeDataString(user)}@127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}/"
            + $"{Uri.EscapeDataString(database)}?sslmode=disable{(isSaid ? "&pgbouncer=true" : "")}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } process) await process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<bool> TryStartAsync(PostgresCluster cluster, string mode, string[] settings)
    {
        if (_process is { } earlier) await earlier.DisposeAsync();
        Port = Ports.Free();
        await File.WriteAllTextAsync(_folder["pgbouncer.ini"], $"""
            [databases]
            * = host={cluster.Host} port={cluster.Port} user={cluster.User}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {Port}
            unix_socket_dir =
            ; Every client becomes the server's user above.
            auth_type = any
            pool_mode = {mode}
            default_pool_size = 10
            max_client_conn = 200
            {string.Join('\n', settings)}
            """);
        await PostgresBinaries.GiveToServerUserAsync(_folder.Path);
        var (file, arguments) = PostgresBinaries.AsUser(Program, [_folder["pgbouncer.ini"]]);
        _process = ChildProcess.Start(file, arguments, workingDirectory: _folder.Path);
        try
        {
            await _process.ReadErrorLineAsync(line => line.Contains("process up", StringComparison.Ordinal), TimeSpan.FromSeconds(30));
            return true;
        }
        catch (TimeoutException) when (_process.HasExited)
        {
            return false;
        }
    }
}
