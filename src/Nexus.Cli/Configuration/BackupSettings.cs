using Nexus.Operations.Backup;

namespace Nexus.Cli.Configuration;

/// <summary>The settings of backups.</summary>
internal static class BackupSettings
{
    private static readonly BackupScheduleOptions Schedules = new();

    public static readonly Setting<string> Target = Define.Text(
        "backup.target", "NEXUS_BACKUP_TARGET", "The folder of the backups, or s3://bucket/prefix.",
        withoutValue: "the folder backups in the data folder", option: "--target", type: "folder or S3 address", helpName: "TARGET",
        parse: ReadTarget);

    public static readonly Setting<string> Key = Define.Text(
        "backup.key", "NEXUS_BACKUP_KEY",
        "The keys that encrypt backups, separated by commas: the first encrypts, all decrypt. Without one backups are not encrypted.",
        type: "keys", helpName: "KEYS", isSecret: true, parse: Kinds.KeyRing);

    public static readonly Setting<string> Database = Define.Text(
        "backup.database", "NEXUS_BACKUP_DATABASE", "The direct address of the PostgreSQL server, if database.url leads through a pooler.",
        withoutValue: "database.url", type: Kinds.DatabaseType, helpName: "URL", isSecret: true, parse: Kinds.Database);

    public static readonly Setting<int> Jobs = Define.Number(
        "backup.jobs", "NEXUS_BACKUP_JOBS", null, 1, 32, "Tables that are dumped at the same time.", "--jobs", "N",
        "the processors, at most 4", "tables");

    public static readonly Setting<string> Programs = Define.Path(
        "backup.programs", "NEXUS_PG_BIN", "The folder of PostgreSQL's programs, such as pg_dump.", "DIR", withoutValue: "the usual places");

    public static readonly Setting<string> WorkFolder = Define.Path(
        "backup.workFolder", "NEXUS_BACKUP_WORK", "The folder for decrypted files of a verification or restore.", "DIR",
        withoutValue: "the folder of temporary files");

    public static readonly Setting<string> S3Endpoint = Define.Text(
        "backup.s3Endpoint", "NEXUS_S3_ENDPOINT", "The endpoint of an S3-compatible store.", withoutValue: "AWS", type: "URL", helpName: "URL",
        parse: text => Kinds.Url(text) is null ? "" : text);

    public static readonly Setting<string> S3Region = Define.Text(
        "backup.s3Region", "AWS_REGION", "The region of an S3 store.", withoutValue: "us-east-1", helpName: "REGION");

    public static readonly Setting<string> Schedule = Define.Text(
        "backup.schedule", "NEXUS_BACKUP_SCHEDULE",
        "When backups are made, as a cron expression such as \"15 3 * * *\"; the newest is proven weekly. Of several instances one makes them.",
        withoutValue: "never", option: "--backup-schedule", type: "cron expression", helpName: "CRON",
        parse: text => Valid(text, new BackupScheduleOptions { Backup = text }));

    public static readonly Setting<string> Drill = Define.Text(
        "backup.drill", "NEXUS_BACKUP_DRILL", "When the newest backup is proven by a restore, or off. The first backup is proven at once.",
        @default: Schedules.Drill, type: "cron expression", helpName: "CRON",
        parse: text => Valid(text, new BackupScheduleOptions { Backup = "0 0 * * *", Drill = text }));

    public static readonly Setting<string> TimeZone = Define.Text(
        "backup.timeZone", "NEXUS_BACKUP_TIMEZONE", "The time zone of the schedule, the drill and the days of the retention, as an IANA name.",
        @default: Schedules.TimeZone,
        type: "time zone", parse: text => Valid(text, new BackupScheduleOptions { Backup = "0 0 * * *", TimeZone = text }));

    public static readonly Setting<string> Retention = Define.Text(
        "backup.retention", "NEXUS_BACKUP_RETENTION",
        "Days, weeks and months whose backups are kept, as in 7,4,6. Others are deleted after each scheduled backup.",
        withoutValue: "nothing is deleted", type: "days,weeks,months",
        parse: text => Valid(text, new BackupScheduleOptions { Backup = "0 0 * * *", Retention = text }));

    public static readonly Setting<bool> Scratch = Define.Switch(
        "backup.scratch", "NEXUS_BACKUP_SCRATCH", Schedules.Scratch,
        "Whether a drill starts a temporary server of its own instead of using the store's.");

    public static readonly Setting<string> Stanza = Define.Text(
        "backup.pgbackrestStanza", "NEXUS_PGBACKREST_STANZA", "Also judge the base backups and the WAL archive of this stanza of pgBackRest.",
        option: "--pgbackrest-stanza", type: "stanza", helpName: "STANZA");

    public static readonly Setting<string> PgBackRest = Define.Path(
        "backup.pgbackrest", "NEXUS_PGBACKREST", "The program of pgBackRest.", withoutValue: "pgbackrest on PATH");

    public static IReadOnlyList<Setting> All { get; } =
    [
        Target, Key, Database, Jobs, Programs, WorkFolder, S3Endpoint, S3Region, Schedule, Drill, TimeZone, Retention, Scratch, Stanza, PgBackRest,
    ];

    private static string ReadTarget(string text) => Checked(Kinds.Path(text), () => BackupOptions.CheckTarget(text));

    private static string Valid(string text, BackupScheduleOptions options) => Checked(text, options.Validate);

    private static string Checked(string text, Action check)
    {
        try
        {
            check();
            return text;
        }
        catch (BackupException error)
        {
            // The message names the variable, which the caller names in its own way.
            throw new FormatException(error.Message.Split(": ", 2)[^1], error);
        }
    }
}
