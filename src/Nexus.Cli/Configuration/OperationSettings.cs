using Nexus.Errors;
using Nexus.Operations.Maintenance;
using Nexus.Operations.Monitoring;

namespace Nexus.Cli.Configuration;

/// <summary>The settings of monitoring, alerts, maintenance and subscriptions.</summary>
internal static class OperationSettings
{
    private static readonly MonitoringOptions Monitoring = new();
    private static readonly MaintenanceOptions Maintenance = new();

    public static readonly Setting<TimeSpan> MonitorInterval = Define.Duration(
        "monitoring.interval", "NEXUS_MONITOR_INTERVAL", Monitoring.Interval, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1),
        "How often the figures of PostgreSQL are read and the rules of the alerts are evaluated.", "--monitor-interval");

    public static readonly Setting<int> SlowStatement = Define.Number(
        "monitoring.slowStatementMilliseconds", "NEXUS_SLOW_STATEMENT_MS", (int)Monitoring.SlowStatement.TotalMilliseconds, 0, 3_600_000,
        "The mean duration above which a statement is logged; 0 logs none.", type: "milliseconds");

    public static readonly Setting<Uri> Otlp = new()
    {
        Key = "monitoring.otlp",
        Variable = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        Option = "--otlp",
        Description = "Also send metrics by OTLP over HTTP to this URL, such as http://127.0.0.1:4318/v1/metrics.",
        WithoutValue = "nowhere",
        Type = "URL",
        HelpName = "URL",
        Parse = Kinds.Url,
    };

    public static readonly Setting<string> Alerts = Define.Path(
        "alerts.file", "NEXUS_ALERTS",
        "The settings file of the alerts: thresholds, quiet hours, routes, notifiers. Read again when it changes.",
        withoutValue: "alerts.json in the data folder, if it exists", option: "--alerts");

    public static readonly Setting<bool> MaintenanceEnabled = Define.Switch(
        "maintenance.enabled", "NEXUS_MAINTENANCE", Maintenance.IsScheduled,
        "Whether this instance runs the scheduled maintenance; nexus maintain runs it by hand.");

    public static readonly Setting<int> QuietFrom = Define.Number(
        "maintenance.quietFrom", "NEXUS_QUIET_FROM", Maintenance.QuietFrom, 0, 23, "The first quiet hour of the day in UTC.", type: "hour");

    public static readonly Setting<int> QuietUntil = Define.Number(
        "maintenance.quietUntil", "NEXUS_QUIET_UNTIL", Maintenance.QuietUntil, 0, 23, "The hour in UTC at which the quiet hours end.", type: "hour");

    public static readonly Setting<int> RetainTrades = Define.Number(
        "maintenance.retainTrades", "NEXUS_RETAIN_TRADES", null, 1, MaintenanceRuns.MostMonths,
        "Keep this many whole months of trades. Older months without open trades are written to the folder archive in the data folder, as files that "
            + "nexus import reads, and removed from the database.",
        "--retain-trades", "MONTHS", "keep all", "months");

    public static readonly Setting<IReadOnlyList<int>> NoticeDays = new()
    {
        Key = "subscriptions.noticeDays",
        Variable = "NEXUS_NOTICE_DAYS",
        Option = "--notice-days",
        Description = "How many days before the end of a subscription a notice is given, such as 7,3,1, or none.",
        Default = string.Join(',', Maintenance.Subscriptions.NoticeDays),
        Type = "list of days",
        Shape = SettingShape.List,
        HelpName = "DAYS",
        Parse = ReadDays,
    };

    public static readonly Setting<bool> LockExpired = Define.Switch(
        "subscriptions.lockExpired", "NEXUS_LOCK_EXPIRED", Maintenance.Subscriptions.LocksExpired,
        "Whether sessions of expired subscribers are locked down: mode WATCHER, no strategies and groups, keys kept. A "
            + "renewal restores them.");

    public static IReadOnlyList<Setting> All { get; } =
    [
        MonitorInterval, SlowStatement, Otlp, Alerts, MaintenanceEnabled, QuietFrom, QuietUntil, RetainTrades, NoticeDays, LockExpired,
    ];

    private static IReadOnlyList<int> ReadDays(string text)
    {
        const string Field = "days";
        try
        {
            return SubscriptionOptions.ParseDays(Field, text);
        }
        catch (NexusValidationException error)
        {
            throw new FormatException(Kinds.Reason(error.Message, Field), error);
        }
    }
}
