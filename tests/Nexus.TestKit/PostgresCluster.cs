using System.Globalization;
using Npgsql;

namespace Nexus.TestKit;

/// <summary>
/// A real PostgreSQL server of this test run alone: in a temporary folder, on a free loopback port, gone when the run ends in whatever way.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private static readonly Lock SharedGate = new();
    private static Task<PostgresCluster>? _shared;

    private readonly PostgresClusterOptions _options;
    private readonly PostgresBinaries _binaries;
    private readonly TempFolder _folder;
    private readonly TemplateDatabases _templates;
    private ChildProcess? _server;
    private IDisposable? _guard;

    private PostgresCluster(PostgresClusterOptions options)
    {
        _options = options;
        _binaries = PostgresBinaries.Find(options.Binaries);
        _templates = new TemplateDatabases(this);
        const UnixFileMode enterable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        _folder = new TempFolder("pg", enterable, options.Fsync ? null : MemoryDisk.Find());
    }

    /// <summary>
    /// The server that the tests of this process share: default options, trust on loopback. Nobody stops it or changes its settings.
    /// </summary>
    public static Task<PostgresCluster> SharedAsync()
    {
        lock (SharedGate) return _shared ??= StartAsync();
    }

    /// <summary>Starts a server for one test or class.</summary>
    public static async Task<PostgresCluster> StartAsync(PostgresClusterOptions? options = null)
    {
        var cluster = new PostgresCluster(options ?? new PostgresClusterOptions());
        try
        {
            await cluster.InitialiseAsync();
            await cluster.StartServerAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts a standby that follows this server.</summary>
    public async Task<PostgresCluster> StartStandbyAsync()
    {
        var standby = new PostgresCluster(_options);
        try
        {
            await PostgresBinaries.GiveToServerUserAsync(standby._folder.Path);
            var (file, arguments) = _binaries.AsServerUser("pg_basebackup",
                ["-D", standby.DataFolder, "-h", Host, "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", User, "-R", "-X", "stream", "-c",
                    "fast", "--no-sync"]);
            var (exitCode, output, error) = await ChildProcess.RunAsync(file, arguments, workingDirectory: standby._folder.Path);
            if (exitCode != 0) throw new InvalidOperationException($"pg_basebackup failed\n{output}\n{error}");
            await standby.StartServerAsync();
            return standby;
        }
        catch
        {
            await standby.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a standby a primary.</summary>
    public async Task PromoteAsync()
    {
        var (file, arguments) = _binaries.AsServerUser("pg_ctl", ["promote", "-D", DataFolder, "-w"]);
        var (exitCode, output, error) = await ChildProcess.RunAsync(file, arguments, workingDirectory: _folder.Path);
        if (exitCode != 0) throw new InvalidOperationException($"pg_ctl promote failed\n{output}\n{error}");
    }

    /// <summary>Sends a signal to every process of the server, for example to freeze it and to let it go on.</summary>
    public async Task SignalAllAsync(int signal)
    {
        foreach (var process in (await ChildrenAsync(ProcessId)).Append(ProcessId)) ChildProcess.Send(process, signal);
    }

    /// <summary>Its programs, such as pg_dump.</summary>
    public PostgresBinaries Binaries => _binaries;

    /// <summary>Always loopback.</summary>
    public string Host => "127.0.0.1";

    /// <summary>The port; it stays over restarts.</summary>
    public int Port { get; private set; }

    /// <summary>The superuser.</summary>
    public string User => "postgres";

    /// <summary>The superuser's password, null without one.</summary>
    public string? Password => _options.Password;

    /// <summary>The server's data folder.</summary>
    public string DataFolder => _folder["data"];

    /// <summary>The certificate to trust, when TLS is on.</summary>
    public string CertificateFile => _folder["server.crt"];

    /// <summary>The postmaster's process id.</summary>
    public int ProcessId => _server?.Id ?? throw new InvalidOperationException("the server is stopped");

    /// <summary>The servers that have each of its databases, too: the workers of a coordinator of Citus.</summary>
    public IReadOnlyList<PostgresCluster> Workers { get; internal set; } = [];

    /// <summary>Whether it was started and not stopped.</summary>
    public bool IsRunning => _server is { HasExited: false };

    /// <summary>The server's log so far.</summary>
    public string Log => _server is { } server ? server.Output + server.Error : "";

    /// <summary>A connection string to one database, in key=value form.</summary>
    public string ConnectionString(string database = "postgres", string? user = null, string? password = null, int? port = null) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = Host,
            Port = port ?? Port,
            Username = user ?? User,
            Password = password ?? (user is null ? Password : null),
            Database = database,
            SslMode = _options.RequireTls ? SslMode.Require : SslMode.Disable,
        }.ConnectionString;

    /// <summary>The same as a URL.</summary>
    public string Url(string database = "postgres", string? user = null, string? password = null, int? port = null)
    {
        var secret = password ?? (user is null ? Password : null);
        var login = Uri.EscapeDataString(user ?? User) + (secret is null ? "" : ":" + Uri.EscapeDataString(secret));
        return $"postgres://{login}@{Host}:{(port ?? Port).ToString(CultureInfo.InvariantCulture)}/"
            + $"{Uri.EscapeDataString(database)}?sslmode={(_options.RequireTls ? "require" : "disable")}";
    }

    /// <summary>
    /// The name of a database to copy new ones from, made by <paramref name="fill"/> the first time that its key is asked for.
    /// </summary>
    public Task<string> TemplateAsync(string key, Func<TestDatabase, Task> fill) => _templates.GetAsync(key, fill);

    /// <summary>Starts the server again after <see cref="StopAsync"/> or <see cref="KillAsync"/>, on the same data and port.</summary>
    public Task RestartAsync() => StartServerAsync();

    /// <summary>Ends the server: fast (transactions are rolled back, data is flushed) or at once as in a crash.</summary>
    public async Task StopAsync(bool immediately = false)
    {
        if (_server is null) return;
        const int sigQuit = 3;
        _server.Signal(immediately ? sigQuit : ChildProcess.SigInt);
        await _server.WaitForExitAsync(TimeSpan.FromSeconds(60));
        await ForgetServerAsync();
    }

    /// <summary>SIGKILL to the postmaster, whose children notice and end by themselves.</summary>
    public async Task KillAsync()
    {
        if (_server is null) return;
        var children = await ChildrenAsync(_server.Id);
        await _server.KillAsync();
        await ForgetServerAsync();
        // A new server does not start while one of them is attached to the old one's shared memory.
        await Eventually.TrueAsync(() => !children.Exists(ProcessTable.IsAlive));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(immediately: true);
        _folder.Dispose();
    }

    private async Task InitialiseAsync()
    {
        var passwordFile = _folder["password"];
        if (Password is not null) await File.WriteAllTextAsync(passwordFile, Password + "\n");
        if (_options.Tls || _options.RequireTls) TestCertificate.Write(CertificateFile, _folder["server.key"]);
        await PostgresBinaries.GiveToServerUserAsync(_folder.Path);

        var (file, arguments) = _binaries.AsServerUser("initdb",
            ["-D", DataFolder, "-U", User, "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions",
             .. Password is null ? ["-A", "trust"] : new[] { "-A", "scram-sha-256", "--pwfile", passwordFile }]);
        var (exitCode, output, error) = await ChildProcess.RunAsync(file, arguments, workingDirectory: _folder.Path);
        if (exitCode != 0) throw new InvalidOperationException($"initdb failed\n{output}\n{error}");

        if (_options.RequireTls)
        {
            await File.WriteAllTextAsync(Path.Combine(DataFolder, "pg_hba.conf"),
                $"hostssl all all 127.0.0.1/32 {(Password is null ? "trust" : "scram-sha-256")}\n");
        }
    }

    private async Task StartServerAsync()
    {
        var chosen = Port != 0;
        for (var attempt = 1; ; attempt++)
        {
            if (!chosen) Port = Ports.Free();
            var (file, arguments) = _binaries.AsServerUser("postgres",
                ["-D", DataFolder, .. Settings().SelectMany(setting => new[] { "-c", $"{setting.Key}={setting.Value}" })]);
            _server = ChildProcess.Start(file, arguments, _options.Environment, _folder.Path);
            _guard = Watchdog.GuardProcess(_server.Id, "QUIT");
            if (await IsReadyAsync(_server)) return;
            var log = Log;
            await ForgetServerAsync();
            // Another process may take the port between the check and the start.
            if (chosen || attempt == 5 || !log.Contains("could not bind", StringComparison.Ordinal))
                throw new InvalidOperationException($"postgres did not start\n{log}");
        }
    }

    /// <summary>
    /// Waits until the server says in its lock file that it is ready; false when it ends before. Its log may be elsewhere, by a test's settings.
    /// </summary>
    private async Task<bool> IsReadyAsync(ChildProcess server)
    {
        const int pidLine = 0, statusLine = 7;
        for (var waited = 0; waited < 6000 && !server.HasExited; waited++)
        {
            try
            {
                var lines = await File.ReadAllLinesAsync(Path.Combine(DataFolder, "postmaster.pid"));
                if (lines.Length > statusLine && lines[pidLine] == server.Id.ToString(CultureInfo.InvariantCulture)
                    && lines[statusLine].Trim() is "ready" or "standby")
                    return true;
            }
            catch (IOException)
            {
                // Not there yet.
            }
            await Task.Delay(20);
        }
        return false;
    }

    private static async Task<List<int>> ChildrenAsync(int processId) =>
        [.. (await File.ReadAllTextAsync($"/proc/{processId}/task/{processId}/children"))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    private Dictionary<string, string> Settings()
    {
        var settings = new Dictionary<string, string>
        {
            ["port"] = Port.ToString(CultureInfo.InvariantCulture),
            ["listen_addresses"] = Host,
            ["unix_socket_directories"] = "",
            ["fsync"] = _options.Fsync ? "on" : "off",
            ["max_connections"] = "200",
            ["log_min_messages"] = "warning",
            ["lc_messages"] = "C",
        };
        if (_options.Tls || _options.RequireTls)
        {
            settings["ssl"] = "on";
            settings["ssl_cert_file"] = CertificateFile;
            settings["ssl_key_file"] = _folder["server.key"];
        }
        foreach (var (name, value) in _options.Settings) settings[name] = value;
        return settings;
    }

    private async Task ForgetServerAsync()
    {
        if (_server is { } server) await server.DisposeAsync();
        _guard?.Dispose();
        (_server, _guard) = (null, null);
    }
}
