using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Sqlite;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>
/// Proves a backup: checksums, a full read, a restore, the comparison with what the state contained, the sealed values, queries. The result is
/// recorded
/// beside the backup, a failure too.
/// </summary>
internal sealed class BackupVerification(NexusOptions nexus, BackupOptions options, ILoggerFactory loggers, TimeProvider clock)
{
    private readonly CopyCheck _check = new(loggers, clock);

    /// <summary>Verifies one backup.</summary>
    /// <returns>The proof. A failure is in it, not thrown.</returns>
    /// <exception cref="BackupException">The backup does not exist, or the verification could not be made.</exception>
    public async Task<BackupProof> RunAsync(
        IBackupTarget target, string name, VerifyOptions verify, IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var reader = await BackupReader.OpenAsync(target, name, options.ReadKeys(), verify.AllowUnencrypted, cancellationToken).ConfigureAwait(false);
        var run = new VerificationRun(clock);
        var found = new Findings();
        var isOk = false;
        try
        {
            using var work = options.CreateWorkFolder("verify", clock);
            await RunAsync(reader, verify, run, found, work.Path, progress, cancellationToken).ConfigureAwait(false);
            isOk = true;
        }
        catch (Exception error) when (run.Steps.Any(step => !step.Ok) && IsOfTheBackup(error))
        {
            // The failed step says it.
        }
        var proof = new BackupProof
        {
            BackupId = reader.Manifest.Id,
            VerifiedAt = clock.GetUtcNow(),
            Duration = clock.GetElapsedTime(started),
            Ok = isOk,
            IsRestored = !verify.FilesOnly,
            Program = BackupCreation.ProgramVersion,
            ServerVersion = found.ServerVersion,
            Steps = run.Steps,
            Rows = found.Rows,
            OpenedValues = found.Opened,
        };
        // A check of the files alone does not replace the proof of a restore, unless it found damage.
        if (proof.IsProof || !proof.Ok) await ProofFile.WriteAsync(target, reader.Manifest, reader.Key, proof, cancellationToken)
            .ConfigureAwait(false);
        return proof;
    }

    /// <summary>Whether an error says something about the backup, and not about the server, the disk or the programs of this machine.</summary>
    private static bool IsOfTheBackup(Exception error) =>
        error is BackupException { Kind: BackupErrorKind.Damaged or BackupErrorKind.Failed or BackupErrorKind.Key }
            or NexusException and not StoreUnavailableException;

    private async Task RunAsync(
        BackupReader reader, VerifyOptions verify, VerificationRun run, Findings found, string work, IProgress<(long Done, long Total)>? progress,
        CancellationToken cancellationToken)
    {
        // Before anything is read: a missing key would be found at the end otherwise.
        var ring = verify.FilesOnly || verify.SkipSealedValues ? null : await _check.LoadKeysAsync(nexus, cancellationToken).ConfigureAwait(false);
        var (contents, bytes) = ((BackupContents?)null, 0L);
        await run.DoAsync("checksums", async () =>
        {
            await reader.CheckFilesAsync(cancellationToken).ConfigureAwait(false);
            var total = reader.Manifest.Files.Sum(file => file.PlainBytes);
            await reader.ExtractAsync(work, accepts: null, read => progress?.Report((Interlocked.Add(ref bytes, read), total * 3)), cancellationToken)
                .ConfigureAwait(false);
            contents = await reader.ReadContentsAsync(cancellationToken).ConfigureAwait(false);
            if (contents.Tables.Sum(table => table.Rows) == 0 || contents.Tables.All(table => table.Name != "sessions"))
                throw new BackupException(BackupErrorKind.Damaged, $"{reader.Manifest.Name} holds no state");
            return $"{reader.Manifest.Files.Count:N0} files, {SpaceEstimate.Bytes(reader.Manifest.StoredBytes)}";
        }).ConfigureAwait(false);
        if (reader.Manifest.Store == "embedded")
            await VerifyEmbeddedAsync(reader, contents!, verify, ring, run, found, work, cancellationToken).ConfigureAwait(false);
        else await VerifyPostgresAsync(reader, contents!, verify, ring, run, found, work, progress, cancellationToken).ConfigureAwait(false);
        if (FallbackFiles.In(reader) is { Count: > 0 } files)
        {
            await run.DoAsync("fallback files", async () =>
            {
                var rows = 0L;
                foreach (var file in files)
                {
                    var tables = await SqliteSnapshot.ReadAsync(Path.Combine(work, FallbackFiles.Folder, file), cancellationToken)
                        .ConfigureAwait(false);
                    rows += tables.Sum(table => table.Rows);
                }
                return $"{rows:N0} rows";
            }).ConfigureAwait(false);
        }
    }

    private async Task VerifyPostgresAsync(
        BackupReader reader, BackupContents contents, VerifyOptions verify, KeyRing? ring, VerificationRun run, Findings found, string work,
        IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        var programs = new PostgresPrograms(options.Programs);
        var restore = new PgRestore(programs, MajorOf(reader.Manifest.DumpProgram));
        var total = reader.Manifest.Files.Sum(file => file.PlainBytes);
        if (verify.FilesOnly)
        {
            await run.DoAsync("full read", async () =>
            {
                await restore.ReadFullyAsync(work, cancellationToken).ConfigureAwait(false);
                return "the dump was read to its end";
            }).ConfigureAwait(false);
            return;
        }

        var server = verify.Scratch
            ? await ScratchServer.StartAsync(programs, MajorOf(reader.Manifest.ServerVersion), clock, cancellationToken).ConfigureAwait(false) : null;
        await using var endOfServer = (server as IAsyncDisposable ?? NoScratch.Instance).ConfigureAwait(false);
        var address = server?.Address ?? verify.ScratchDatabase ?? options.Database ?? nexus.Database ?? throw new BackupException(
            BackupErrorKind.Configuration, "no server is named for the restore: set DATABASE_URL, name one in --scratch-database, or pass --scratch");
        if (server is not null) await server.CreateRolesAsync(nexus, contents.Roles, loggers, cancellationToken).ConfigureAwait(false);
        var copy = await ScratchDatabase.CreateAsync(
            nexus, address, maintenance: null, name: null, contents.Database, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using var endOfCopy = copy.ConfigureAwait(false);
        await run.DoAsync("restore", async () =>
        {
            await restore.RunAsync(
                work, copy.Environment, new PgRestoreMode(options.Jobs, WithoutRoles: true, IsScratch: true),
                progress is null ? null : new Scaled(progress, total, total * 2, total * 3), cancellationToken).ConfigureAwait(false);
            return $"the dump was read to its end, into the database {copy.Name}";
        }).ConfigureAwait(false);
        var restored = CopyOf(contents.Schema, copy.Address);
        if (await _check.CountPendingAsync(restored, cancellationToken).ConfigureAwait(false) is > 0 and var pending)
        {
            // Compared as it was restored: this version reads it only when its schema is up to date.
            await CompareAsync(copy, contents, run, found, cancellationToken).ConfigureAwait(false);
            await run.DoAsync("schema", async () =>
            {
                await _check.UpgradeAsync(CopyOf(contents.Schema, copy.Address), cancellationToken).ConfigureAwait(false);
                return $"{pending:N0} migrations were applied to the copy, as after a restore";
            }).ConfigureAwait(false);
            await CheckCopyAsync(restored, ring, contents, run, found, cancellationToken).ConfigureAwait(false);
            return;
        }
        // The server hashes the rows while this process opens the sealed values. Both end. An error of the contents is thrown first.
        await Task.WhenAll(
            CompareAsync(copy, contents, run, found, cancellationToken),
            CheckCopyAsync(restored, ring, contents, run, found, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Compares a restored database with what the state contained.</summary>
    public async Task CompareAsync(
        ScratchDatabase copy, BackupContents contents, VerificationRun run, Findings found, CancellationToken cancellationToken)
    {
        await run.DoAsync("contents", () => copy.UseAsync(nexus, loggers, async connection =>
        {
            found.ServerVersion = connection.ServerVersion;
            var tables = await TableCatalog.ReadTablesAsync(connection, cancellationToken).ConfigureAwait(false);
            var restored = await DigestAsync(copy, tables, contents, cancellationToken).ConfigureAwait(false);
            var sequences = await TableCatalog.ReadSequencesAsync(connection, cancellationToken).ConfigureAwait(false);
            string[] differences = [.. ContentComparison.Compare(contents.Tables, restored),
                .. ContentComparison.Compare(contents.Sequences, sequences)];
            if (differences.Length > 0)
                throw new BackupException(BackupErrorKind.Damaged, $"the restored copy differs: {string.Join("; ", differences)}");
            found.Rows = restored.Sum(table => table.Rows);
            return $"{restored.Length:N0} tables, {found.Rows:N0} rows: counts, hashes and sums are equal";
        }, cancellationToken)).ConfigureAwait(false);
    }

    private async Task<TableContents[]> DigestAsync(
        ScratchDatabase copy, List<SourceTable> tables, BackupContents contents, CancellationToken cancellationToken)
    {
        var expected = contents.Tables.ToDictionary(table => (table.Schema, table.Name));
        var digests = new TableContents[tables.Count];
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, options.Jobs).Select(_ => copy.UseAsync(nexus, loggers, use => WorkAsync(use), cancellationToken)))
            .ConfigureAwait(false);
        return digests;

        async Task<bool> WorkAsync(NpgsqlConnection connection)
        {
            int at;
            await DirectConnection.ExecuteAsync(connection, TableDigest.Settings, cancellationToken).ConfigureAwait(false);
            while ((at = Interlocked.Increment(ref next)) < tables.Count)
            {
                digests[at] = await TableDigest.ReadAsync(
                    connection, tables[at], expected.GetValueOrDefault((tables[at].Schema, tables[at].Name)), cancellationToken)
                        .ConfigureAwait(false);
            }
            return true;
        }
    }

    private async Task VerifyEmbeddedAsync(
        BackupReader reader, BackupContents contents, VerifyOptions verify, KeyRing? ring, VerificationRun run, Findings found, string work,
        CancellationToken cancellationToken)
    {
        var folder = Path.Combine(work, EmbeddedBackup.StoreFolder);
        await run.DoAsync("full read", async () =>
        {
            var tables = await SqliteSnapshot.ReadAsync(Path.Combine(folder, LocalStoreFiles.Store), cancellationToken).ConfigureAwait(false);
            if (ContentComparison.Compare(contents.Tables, tables) is { Count: > 0 } differences)
                throw new BackupException(BackupErrorKind.Damaged, $"the copy differs: {string.Join("; ", differences)}");
            found.Rows = tables.Sum(table => table.Rows);
            found.ServerVersion = reader.Manifest.ServerVersion;
            return $"{tables.Count:N0} tables, {found.Rows:N0} rows: the file is intact; counts, hashes and sums are equal";
        }).ConfigureAwait(false);
        if (verify.FilesOnly) return;
        await run.DoAsync("schema", async () =>
        {
            await _check.UpgradeAsync(new NexusOptions { DataFolder = folder }, cancellationToken).ConfigureAwait(false);
            return "the copy is up to date, as after a restore";
        }).ConfigureAwait(false);
        await CheckCopyAsync(
            new NexusOptions { DataFolder = folder, Fallback = FallbackMode.Off }, ring, contents, run, found, cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task CheckCopyAsync(
        NexusOptions copy, KeyRing? ring, BackupContents contents, VerificationRun run, Findings found, CancellationToken cancellationToken)
    {
        await run.DoAsync("queries", () => _check.QueryAsync(copy, cancellationToken)).ConfigureAwait(false);
        if (ring is not null)
        {
            await run.DoAsync("sealed values", async () =>
            {
                found.Opened = await _check.OpenSealedValuesAsync(copy, ring, cancellationToken).ConfigureAwait(false);
                return contents.SealKeyId is { } id ? $"{found.Opened:N0} values opened; key {id} sealed the canary" : "nothing is sealed";
            }).ConfigureAwait(false);
        }
    }

    /// <summary>The options of a restored database.</summary>
    internal static NexusOptions CopyOf(string schema, string address) => new()
    {
        Database = address,
        Schema = schema,
        Fallback = FallbackMode.Off,
        MigrateOnOpen = false,
        MinPoolSize = 0,
        MaxPoolSize = 6,
        CommandTimeout = TimeSpan.FromHours(1),
    };

    /// <summary>The major version in a text such as <c>15.18 (Debian …)</c>.</summary>
    internal static int MajorOf(string? version)
    {
        var digits = (version ?? "").TakeWhile(char.IsAsciiDigit).ToArray();
        return int.TryParse(digits, System.Globalization.CultureInfo.InvariantCulture, out var major) && digits.Length <= 3
            ? major : throw new BackupException(BackupErrorKind.Damaged, "the manifest names no version of PostgreSQL");
    }

    /// <summary>What the steps found.</summary>
    internal sealed class Findings
    {
        public string? ServerVersion { get; set; }

        public long Rows { get; set; }

        public long Opened { get; set; }
    }

    private sealed class Scaled(IProgress<(long Done, long Total)> progress, long from, long length, long total) : IProgress<(long Done, long Total)>
    {
        public void Report((long Done, long Total) value) =>
            progress.Report((from + (long)((double)length * value.Done / Math.Max(1, value.Total)), total));
    }

    private sealed class NoScratch : IAsyncDisposable
    {
        public static readonly NoScratch Instance = new();

        public ValueTask DisposeAsync() => default;
    }
}
