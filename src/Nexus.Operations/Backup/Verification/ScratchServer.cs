using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Nexus.Postgres;

namespace Nexus.Operations.Backup;

/// <summary>
/// A PostgreSQL server that exists for one verification: in a temporary folder, reachable by a socket in that folder only, without the load and the
/// risk of
/// a restore on the server that holds the state.
/// </summary>
internal sealed class ScratchServer : IAsyncDisposable
{
    private const string User = "postgres";

    /// <summary>
    /// Runs the server of the arguments and, beside it, a shell that waits for the end of the input: it ends with this process, however that ends.
    /// Then the shell stops the server and deletes the folder, which holds the state in plain text. It is nobody's child, since the server must not
    /// wait for it, and writes nothing.
    /// </summary>
    private const string Watched = """
        exec 3<&0
        ( {
            cat <&3
            if [ -e "$1/data/postmaster.pid" ]; then kill -INT $$; fi
            looks=0
            while kill -0 $$ && [ $looks -lt 600 ]; do sleep 0.1; looks=$((looks + 1)); done
            rm -rf -- "$1"
        } >/dev/null 2>&1 & )
        shift
        exec 3<&-
        exec "$@" </dev/null
        """;

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly string _folder;
    private Process? _process;

    private ScratchServer(string folder) => _folder = folder;

    /// <summary>An address of the server, for the database <c>postgres</c>.</summary>
    public string Address => $"Host={_folder};Port=5432;Username={User};Database=postgres";

    /// <summary>Starts one of the version that the backup came from, or a newer one.</summary>
    /// <exception cref="BackupException">No server is installed, or it did not start.</exception>
    public static async Task<ScratchServer> StartAsync(PostgresPrograms programs, int major, TimeProvider clock, CancellationToken cancellationToken)
    {
        var initdb = await programs.FindAsync("initdb", major, "the backed-up server", cancellationToken).ConfigureAwait(false);
        // The path of a socket has at most 107 bytes, so the folder is short, whatever TMPDIR is.
        var root = Path.Combine(OperatingSystem.IsWindows() ? Path.GetTempPath() : "/tmp", $"nexus-scratch-{Guid.NewGuid():n}"[..26]);
        var server = new ScratchServer(root);
        try
        {
            await server.InitialiseAsync(initdb, cancellationToken).ConfigureAwait(false);
            await server.StartAsync(initdb, clock, cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Creates the roles that a dump names, without rights: policies and user mappings are of roles also where nothing belongs to them.
    /// </summary>
    public async Task CreateRolesAsync(NexusOptions nexus, IReadOnlyList<string> roles, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var direct = DirectConnection.Create(nexus, Address, database: null, loggers);
        await using var endOfDirect = direct.ConfigureAwait(false);
        var connection = await direct.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var end = connection.ConfigureAwait(false);
        foreach (var role in roles.Where(role => !role.StartsWith("pg_", StringComparison.Ordinal) && role != User).Distinct(StringComparer.Ordinal))
            await DirectConnection.ExecuteAsync(connection, $"CREATE ROLE {SqlIdentifier.Quote(role)}", cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            if (!process.HasExited && !OperatingSystem.IsWindows()) ProcessSignal.Send(ServerId(), ProcessSignal.Interrupt);
            await ChildProgram.EndAsync(process).ConfigureAwait(false);
            process.StandardInput.Close();
            process.Dispose();
        }
        PrivateFolder.TryDelete(_folder);
    }

    private string Data => Path.Combine(_folder, "data");

    private async Task InitialiseAsync(PostgresProgram initdb, CancellationToken cancellationToken)
    {
        PrivateFolder.Create(_folder);
        if (Environment.IsPrivilegedProcess)
        {
            // PostgreSQL refuses to run as root. The packages make the user postgres.
            await RunAsync("chown", [$"{User}:", _folder], cancellationToken).ConfigureAwait(false);
        }
        var (file, arguments) = AsServerUser(initdb.Path,
            ["--pgdata", Data, "--username", User, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", "--no-instructions"]);
        await RunAsync(file, arguments, cancellationToken).ConfigureAwait(false);
    }

    private async Task StartAsync(PostgresProgram initdb, TimeProvider clock, CancellationToken cancellationToken)
    {
        // Nothing of it must survive a crash.
        string[] settings =
        [
            "listen_addresses=", $"unix_socket_directories={_folder}", "unix_socket_permissions=0700", "fsync=off", "full_page_writes=off",
            "synchronous_commit=off", "autovacuum=off", "wal_level=minimal", "max_wal_senders=0", "max_wal_size=4GB", "maintenance_work_mem=256MB",
            "logging_collector=off",
        ];
        var postgres = Path.Combine(Path.GetDirectoryName(initdb.Path)!, "postgres");
        var (file, arguments) = AsServerUser(postgres, ["-D", Data, .. settings.SelectMany(setting => new[] { "-c", setting })]);
        _process = OperatingSystem.IsWindows() ? ChildProgram.StartServer(file, arguments, environment: null)
            : ChildProgram.StartServer("sh", ["-c", Watched, "nexus", _folder, file, .. arguments], environment: null);
        var log = new Queue<string>();
        _ = DrainAsync(_process.StandardOutput, log);
        _ = DrainAsync(_process.StandardError, log);
        var started = clock.GetTimestamp();
        while (!IsReady())
        {
            if (_process.HasExited || clock.GetElapsedTime(started) > StartPatience)
                throw new BackupException(BackupErrorKind.Failed, $"the scratch server did not start: {string.Join("; ", log)}");
            await Task.Delay(LookEvery, clock, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The eighth line of the lock file says it: https://www.postgresql.org/docs/current/storage-file-layout.html.</summary>
    private bool IsReady()
    {
        try
        {
            var lines = File.ReadAllLines(Path.Combine(Data, "postmaster.pid"));
            return lines.Length > 7 && lines[7].Trim() == "ready";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private int ServerId()
    {
        try
        {
            return int.Parse(File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or FormatException or InvalidOperationException)
        {
            return _process!.Id;
        }
    }

    private static (string File, IEnumerable<string> Arguments) AsServerUser(string program, IEnumerable<string> arguments) =>
        Environment.IsPrivilegedProcess ? ("setpriv", ["--reuid", User, "--regid", User, "--init-groups", program, .. arguments])
            : (program, arguments);

    private static async Task RunAsync(string file, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        var result = await ChildProgram.RunAsync(file, arguments, environment: null, onError: null, isBackground: false, cancellationToken)
            .ConfigureAwait(false);
        if (result.ExitCode != 0) throw new BackupException(BackupErrorKind.Failed, $"{Path.GetFileName(file)} failed: {result.Errors}");
    }

    private static async Task DrainAsync(StreamReader reader, Queue<string> log)
    {
        while (await reader.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
        {
            lock (log)
            {
                log.Enqueue(line.Length > 300 ? line[..300] : line);
                if (log.Count > 10) log.Dequeue();
            }
        }
    }
}
