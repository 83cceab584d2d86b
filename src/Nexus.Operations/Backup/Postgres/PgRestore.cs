using System.Globalization;
using System.Text.RegularExpressions;

namespace Nexus.Operations.Backup;

/// <summary>Runs pg_restore on a dump in directory format.</summary>
internal sealed partial class PgRestore(PostgresPrograms programs, int dumpMajor)
{
    /// <summary>Of a role without rights, and of a server without an extension.</summary>
    private static readonly string[] Refusals =
    [
        "ERROR:  permission denied", "ERROR:  must be ", "ERROR:  must have ",
        "ERROR:  could not open extension control file", "\" is not available", "in a read-only transaction",
    ];

    /// <summary>The folder of the dump among extracted files.</summary>
    public static string DumpIn(string folder) => Path.Combine(folder, PostgresBackup.DumpFolder);

    /// <summary>Reads the whole dump without a server.</summary>
    /// <exception cref="BackupException">It is damaged.</exception>
    public async Task ReadFullyAsync(string folder, CancellationToken cancellationToken)
    {
        var result = await RunAsync(["--format=directory", "--file=/dev/null", DumpIn(folder)], environment: null, progress: null, cancellationToken)
            .ConfigureAwait(false);
        if (result.ExitCode != 0) throw new BackupException(BackupErrorKind.Damaged, $"the dump cannot be read to its end: {result.Errors}");
    }

    /// <summary>Restores into a database.</summary>
    /// <param name="folder">The extracted files.</param>
    /// <param name="connection">The variables of the connection; the database among them.</param>
    /// <param name="how">What is restored and how.</param>
    /// <param name="progress">Receives the number of entries done.</param>
    /// <param name="cancellationToken">Ends pg_restore.</param>
    /// <exception cref="BackupException">It failed.</exception>
    public async Task RunAsync(
        string folder, IReadOnlyDictionary<string, string> connection, PgRestoreMode how, IProgress<(long Done, long Total)>? progress,
        CancellationToken cancellationToken)
    {
        List<string> arguments =
        [
            "--format=directory", "--exit-on-error", "--no-password", "--no-tablespaces", "--no-publications", "--no-subscriptions", "--verbose",
            $"--dbname={LibpqConnection.Named(connection["PGDATABASE"])}",
        ];
        if (how.SingleTransaction) arguments.Add("--single-transaction");
        else arguments.Add($"--jobs={how.Jobs.ToString(CultureInfo.InvariantCulture)}");
        if (how.WithoutRoles) arguments.AddRange(["--no-owner", "--no-privileges"]);
        arguments.Add(DumpIn(folder));
        var variables = new Dictionary<string, string>(connection, StringComparer.Ordinal);
        if (how.IsScratch) variables["PGOPTIONS"] += " -c synchronous_commit=off";
        var result = await RunAsync(arguments, variables, progress, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == 0) return;
        var kind = KindOf(result.Errors);
        var remedy = kind != BackupErrorKind.Refused ? "" : ". This says nothing about the backup: use a role that may create all of it, on a server "
            + "that has its roles and extensions (nexus backup verify --scratch starts a server on this machine)";
        throw new BackupException(kind, $"pg_restore failed with exit code {result.ExitCode}: {result.Errors}{remedy}");
    }

    /// <summary>A server that is gone or full, or refuses the role, says nothing about the backup.</summary>
    private static BackupErrorKind KindOf(string errors) => errors switch
    {
        _ when errors.Contains("No space left on device", StringComparison.Ordinal) => BackupErrorKind.DiskFull,
        _ when errors.Contains("connection to server", StringComparison.Ordinal)
            || errors.Contains("server closed the connection", StringComparison.Ordinal)
            || errors.Contains("terminating connection", StringComparison.Ordinal) || errors.Contains("shutting down", StringComparison.Ordinal) =>
            BackupErrorKind.Unreachable,
        _ when Refusals.Any(refusal => errors.Contains(refusal, StringComparison.Ordinal))
            || MissingRole().IsMatch(errors) => BackupErrorKind.Refused,
        _ => BackupErrorKind.Failed,
    };

    private async Task<ChildResult> RunAsync(
        List<string> arguments, Dictionary<string, string>? environment, IProgress<(long Done, long Total)>? progress,
            CancellationToken cancellationToken)
    {
        var program = await programs.FindAsync("pg_restore", dumpMajor, "the dump", cancellationToken).ConfigureAwait(false);
        var (done, total) = (0L, 0L);
        return await ChildProgram.RunAsync(program.Path, arguments, environment, progress is null ? null : Count, isBackground: false,
            cancellationToken)
            .ConfigureAwait(false);

        void Count(string line)
        {
            // In parallel: "launching item" and "finished item". Otherwise: "creating …" and "processing data for table …".
            if (line.Contains("finished item ", StringComparison.Ordinal)) done++;
            else if (line.Contains("launching item ", StringComparison.Ordinal)) total++;
            else return;
            progress.Report((done, Math.Max(total, done)));
        }
    }

    [GeneratedRegex("ERROR: +role \".*\" does not exist", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex MissingRole();
}

/// <summary>What is restored and how.</summary>
/// <param name="Jobs">Tables and indexes at the same time.</param>
/// <param name="SingleTransaction">All or nothing, without parallel jobs.</param>
/// <param name="WithoutRoles">Everything belongs to the role that restores, and nobody else has privileges.</param>
/// <param name="IsScratch">Whether the copy is thrown away.</param>
internal sealed record PgRestoreMode(int Jobs, bool SingleTransaction = false, bool WithoutRoles = false, bool IsScratch = false);
