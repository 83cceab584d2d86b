namespace Nexus.Operations.Backup;

/// <summary>Where backups are kept and how they are made. The command line reads the environment variables in parentheses.</summary>
public sealed class BackupOptions
{
    /// <summary>
    /// A folder, or <c>s3://bucket/prefix</c> (<c>NEXUS_BACKUP_TARGET</c>). Null: the folder <c>backups</c> in the data folder.
    /// </summary>
    public string? Target { get; set; }

    /// <summary>
    /// The keys that encrypt backups, separated by commas: the first encrypts, all decrypt (<c>NEXUS_BACKUP_KEY</c>). Null: backups are not
    /// encrypted.
    /// Not a key of <c>NEXUS_KEYS</c>, and never stored in the database.
    /// </summary>
    public string? Key { private get; set; }

    /// <summary>
    /// The direct address of the PostgreSQL server if the store's address leads through a pooler (<c>NEXUS_BACKUP_DATABASE</c>).
    /// </summary>
    public string? Database { get; set; }

    /// <summary>Tables that are dumped at the same time, 1 to 32. Default: the processors of this machine, at most 4.</summary>
    public int Jobs { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>The level of gzip, 0 (none) to 9; null: the default of pg_dump.</summary>
    public int? Compression { get; set; }

    /// <summary>Whether the roles include their password hashes, which needs a superuser. Default false.</summary>
    public bool RolePasswords { get; set; }

    /// <summary>
    /// The folder of PostgreSQL's programs (<c>NEXUS_PG_BIN</c>). Null: they are looked for in the usual places.
    /// </summary>
    public string? Programs { get; set; }

    /// <summary>The folder for decrypted files of a verification or restore (<c>NEXUS_BACKUP_WORK</c>). Null: that of temporary files.</summary>
    public string? WorkFolder { get; set; }

    /// <summary>
    /// The time zone of the days, weeks and months of the retention, as an IANA name (<c>NEXUS_BACKUP_TIMEZONE</c>). Default <c>UTC</c>.
    /// </summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>The endpoint of an S3-compatible store (<c>NEXUS_S3_ENDPOINT</c>); null: AWS.</summary>
    public string? S3Endpoint { get; set; }

    /// <summary>The region of an S3 store (<c>AWS_REGION</c>). Default <c>us-east-1</c>.</summary>
    public string? S3Region { get; set; }

    /// <summary>
    /// The stanza of pgBackRest whose base backups and WAL archive belong to the status (<c>NEXUS_PGBACKREST_STANZA</c>).
    /// Null: pgBackRest is not asked.
    /// </summary>
    public string? PgBackRestStanza { get; set; }

    /// <summary>The program of pgBackRest (<c>NEXUS_PGBACKREST</c>). Null: <c>pgbackrest</c> on PATH.</summary>
    public string? PgBackRest { get; set; }

    /// <summary>Whether the dump runs with a lower priority than other processes. For scheduled backups.</summary>
    public bool IsBackground { get; set; }

    /// <summary>Checks the form of a target. It is not opened.</summary>
    /// <param name="target">As in <see cref="Target"/>.</param>
    /// <exception cref="BackupException">It is neither a folder nor the address of a bucket.</exception>
    public static void CheckTarget(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (string.IsNullOrWhiteSpace(target)) throw Fault("must name a folder or s3://bucket/prefix");
        if (BackupTargets.IsS3(target))
        {
            if (!BackupTargets.IsBucket(BackupTargets.Split(target).Bucket))
                throw Fault("must name a bucket of 3 to 63 letters, digits, dots, hyphens and underscores after s3://");
        }
        // A typing error in the scheme would make a folder of that name, on the disk that the backups are to be away from.
        else if (target.Contains("://", StringComparison.Ordinal) || target.StartsWith("s3:", StringComparison.OrdinalIgnoreCase))
        {
            throw Fault("must be a folder or s3://bucket/prefix");
        }

        static BackupException Fault(string reason) => new(BackupErrorKind.Configuration, $"NEXUS_BACKUP_TARGET: {reason}");
    }

    /// <summary>The zone of <see cref="TimeZone"/>.</summary>
    /// <exception cref="BackupException">There is none of this name.</exception>
    internal TimeZoneInfo ReadZone() => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone) ? zone : throw new BackupException(
        BackupErrorKind.Configuration, "NEXUS_BACKUP_TIMEZONE: must be an IANA time zone name such as Europe/Madrid");

    /// <summary>The keys.</summary>
    internal BackupKeys ReadKeys() => BackupKeys.Parse(Key);

    /// <summary>A new folder for plain files, in <see cref="WorkFolder"/>.</summary>
    internal WorkFolder CreateWorkFolder(string label, TimeProvider clock) => Backup.WorkFolder.Create(WorkFolder, label, clock.GetUtcNow());

    /// <exception cref="BackupException">A value is out of range.</exception>
    internal void Validate()
    {
        if (Jobs is < 1 or > 32) throw new BackupException(BackupErrorKind.Configuration, "--jobs must be 1 to 32");
        if (Compression is < 0 or > 9) throw new BackupException(BackupErrorKind.Configuration, "--compress must be 0 to 9");
        if (Target is not null) CheckTarget(Target);
    }
}
