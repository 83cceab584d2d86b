using System.Globalization;

namespace Nexus.Operations.Backup;

/// <summary>Runs pg_restore on a dump in directory format.</summary>
internal sealed class PgRestore(PostgresPrograms programs, int dumpMajor)
{
    // Statements of a restore take as long as they take, whatever limits the role carries.
    private const string Unlimited = "-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0";

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
            $"--dbname={ConnectionInfo(connection["PGDATABASE"])}",
        ];
        if (how.SingleTransaction) arguments.Add("--single-transaction");
        else arguments.Add($"--jobs={how.Jobs.ToString(CultureInfo.InvariantCulture)}");
        if (how.WithoutRoles) arguments.AddRange(["--no-owner", "--no-privileges"]);
        arguments.Add(DumpIn(folder));
        var variables = new Dictionary<string, string>(connection, StringComparer.Ordinal)
        {
            ["PGOPTIONS"] = how.IsScratch ? $"{Unlimited} -c synchronous_commit=off" : Unlimited,
        };
        var result = await RunAsync(arguments, variables, progress, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode == 0) return;
        throw new BackupException(KindOf(result.Errors), $"pg_restore failed with exit code {result.ExitCode}: {result.Errors}");
    }

    /// <summary>A server that is gone or full says nothing about the backup.</summary>
    private static BackupErrorKind KindOf(string errors) => errors switch
    {
        _ when errors.Contains("No space left on device", StringComparison.Ordinal) => BackupErrorKind.DiskFull,
        _ when errors.Contains("connection to server", StringComparison.Ordinal)
            || errors.Contains("server closed the connection", StringComparison.Ordinal)
            || errors.Contains("terminating connection", StringComparison.Ordinal) || errors.Contains("shutting down", StringComparison.Ordinal) =>
            BackupErrorKind.Unreachable,
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

    /// <summary>A name that the programs must not take for a connection string.</summary>
    private static string ConnectionInfo(string database) =>
        $"dbname='{database.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal)}'";
}

/// <summary>What is restored and how.</summary>
/// <param name="Jobs">Tables and indexes at the same time.</param>
/// <param name="SingleTransaction">All or nothing, without parallel jobs.</param>
/// <param name="WithoutRoles">Everything belongs to the role that restores, and nobody else has privileges.</param>
/// <param name="IsScratch">Whether the copy is thrown away.</param>
internal sealed record PgRestoreMode(int Jobs, bool SingleTransaction = false, bool WithoutRoles = false, bool IsScratch = false);
