using Nexus.Operations.Monitoring;
using static Nexus.Operations.Monitoring.MetricSelector;

namespace Nexus.Operations.Alerts;

/// <summary>The disk and the backups.</summary>
internal static class SafetyRules
{
    private static MetricExpression FreeDisk { get; } = Of("nexus_disk_free_bytes").Min().Over(Of("nexus_disk_size_bytes").Max());

    private static MetricExpression BackupAge { get; } = Of("nexus_backup_age_seconds").Max();

    public static IReadOnlyList<AlertRule> All { get; } =
    [
        new()
        {
            Name = "NexusDiskLow",
            Severity = AlertSeverity.Warning,
            Value = FreeDisk,
            Comparison = MetricComparison.Below,
            Threshold = 0.15,
            ClearThreshold = 0.18,
            For = TimeSpan.FromMinutes(5),
            Scope = AlertScope.Instance,
            Unit = "ratio",
            Summary = "The disk of the data folder is filling up.",
            Remedy = "Remove what is not needed, or enlarge the disk. During an outage the outbox grows there.",
        },
        new()
        {
            Name = "NexusDiskFull",
            Severity = AlertSeverity.Critical,
            Value = FreeDisk,
            Comparison = MetricComparison.Below,
            Threshold = 0.05,
            ClearThreshold = 0.08,
            For = TimeSpan.FromMinutes(2),
            Scope = AlertScope.Instance,
            Unit = "ratio",
            Summary = "The disk of the data folder is almost full; the embedded store and the outbox will then refuse writes.",
            Remedy = "Make room now.",
        },
        Backup("NexusBackupOld", BackupAge, 26 * 3600, "s", "The newest backup is older than 26 hours.",
            "Run nexus backup status for the error of the last run, and nexus backup create."),
        Backup("NexusBackupUnproven", Of("nexus_backup_proof_age_seconds").Max(), 8 * 86_400, "s",
            "No backup was restored as a proof within 8 days.", "Run nexus backup verify."),
        // -1 where there is none: a new installation has some hours to make its first one.
        Backup("NexusBackupMissing", BackupAge, 0, "", "There is no backup.", "Run nexus backup create, and let nexus serve make them on a schedule.")
            with { Comparison = MetricComparison.Below, For = TimeSpan.FromHours(6) },
        Backup("NexusBackupFindings", Of("nexus_backup_findings").Max().And(BackupAge.Above(-1)), 0, "",
            "Something is wrong with the backups: a failed proof, a damaged or much smaller backup, or a target that cannot be read.",
            "Run nexus backup status for the reason. Do not remove older backups.") with { For = TimeSpan.FromHours(1) },
    ];

    private static AlertRule Backup(string name, MetricExpression value, double threshold, string unit, string summary, string remedy) => new()
    {
        Name = name,
        Severity = AlertSeverity.Critical,
        Value = value,
        Comparison = MetricComparison.Above,
        Threshold = threshold,
        For = TimeSpan.Zero,
        Scope = AlertScope.Shared,
        IsOptional = true,
        Unit = unit,
        Summary = summary,
        Remedy = remedy,
    };
}
