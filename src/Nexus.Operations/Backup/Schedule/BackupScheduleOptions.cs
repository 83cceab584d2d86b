using System.Globalization;
using Cronos;

namespace Nexus.Operations.Backup;

/// <summary>When <c>nexus serve</c> makes and proves backups. The command line reads the variables in parentheses.</summary>
public sealed class BackupScheduleOptions
{
    private const string DefaultDrill = "0 5 * * SUN";
    private const string Off = "off";

    /// <summary>When backups are made, as a cron expression of five fields (<c>NEXUS_BACKUP_SCHEDULE</c>). Null: never.</summary>
    public string? Backup { get; set; }

    /// <summary>
    /// When the newest backup is proven by a restore (<c>NEXUS_BACKUP_DRILL</c>), or <c>off</c>. Default: Sundays at 05:00. The first backup is
    /// proven at once.
    /// </summary>
    public string Drill { get; set; } = DefaultDrill;

    /// <summary>The time zone of both, as an IANA name (<c>NEXUS_BACKUP_TIMEZONE</c>). Default <c>UTC</c>.</summary>
    public string TimeZone { get; set; } = "UTC";

    /// <summary>
    /// Days, weeks and months whose backups are kept, as in <c>7,4,6</c> (<c>NEXUS_BACKUP_RETENTION</c>): others are deleted after each backup.
    /// Null: nothing
    /// is deleted.
    /// </summary>
    public string? Retention { get; set; }

    /// <summary>Whether a drill starts its own temporary server (<c>NEXUS_BACKUP_SCRATCH=true</c>) instead of using the store's.</summary>
    public bool Scratch { get; set; }

    /// <summary>Whether backups are scheduled.</summary>
    public bool IsEnabled => Backup is not null and not Off;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="BackupException">One is invalid. The message names it.</exception>
    public void Validate()
    {
        if (!IsEnabled) return;
        ReadBackup();
        ReadDrill();
        ReadZone();
        ReadRetention();
    }

    internal CronExpression ReadBackup() => Read("NEXUS_BACKUP_SCHEDULE", Backup!);

    internal CronExpression? ReadDrill() => Drill == Off ? null : Read("NEXUS_BACKUP_DRILL", Drill);

    internal TimeZoneInfo ReadZone() => TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out var zone)
        ? zone : throw Invalid("NEXUS_BACKUP_TIMEZONE", "must be an IANA time zone name such as Europe/Madrid");

    internal RetentionPolicy? ReadRetention()
    {
        if (Retention is null) return null;
        var counts = Retention.Split(',').Select(
            text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : -1).ToArray();
        return counts is [>= 1, >= 0, >= 0]
            ? new RetentionPolicy(counts[0], counts[1], counts[2])
            : throw Invalid("NEXUS_BACKUP_RETENTION", "must be days, weeks and months such as 7,4,6, with at least one day");
    }

    private static CronExpression Read(string setting, string text)
    {
        try
        {
            return CronExpression.Parse(text);
        }
        catch (Exception error) when (error is CronFormatException or MissingSeedException)
        {
            throw Invalid(setting, $"must be a cron expression of five fields such as \"15 3 * * *\" ({error.Message})");
        }
    }

    private static BackupException Invalid(string setting, string message) => new(BackupErrorKind.Configuration, $"{setting}: {message}");
}
