using Microsoft.Extensions.Logging;
using Nexus.Operations.Alerts;
using Nexus.Operations.Monitoring;
using Nexus.Operations.Backup;
using Nexus.Operations.Maintenance;

namespace Nexus.Server.Settings;

/// <summary>The settings of the server.</summary>
public sealed class ServerOptions
{
    /// <summary>The default of <see cref="Urls"/>.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8080";

    /// <summary>
    /// Addresses to listen on, separated by semicolons: <c>http://host:port</c>, <c>https://host:port</c> with <see cref="Tls"/>, or
    /// <c>unix:/path</c>. Port 0 selects a free port.
    /// </summary>
    public string Urls { get; set; } = DefaultUrl;

    /// <summary>The certificate for https addresses; null for none.</summary>
    public TlsFiles? Tls { get; set; }

    /// <summary>The permissions of Unix sockets to listen on. Default: owner and group.</summary>
    public UnixFileMode SocketMode { get; set; } =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>The settings of the database. Its data folder also keeps the admin key.</summary>
    public NexusOptions Nexus { get; set; } = new();

    /// <summary>The admin key, 32 to 200 characters (<c>NEXUS_ADMIN_KEY</c>); if null, it is read from the data folder or created there.</summary>
    public string? AdminKey { get; set; }

    /// <summary>Called once if an admin key was created, with the key and its file.</summary>
    public Action<string, string>? AdminKeyCreated { get; set; }

    /// <summary>Limits on concurrent use.</summary>
    public ServerLimits Limits { get; } = new();

    /// <summary>The dashboard, and the proxy in front of the server.</summary>
    public DashboardOptions Dashboard { get; } = new();

    /// <summary>Whether the state is invented, which the dashboard then says.</summary>
    public bool IsDemo { get; set; }

    /// <summary>How the server measures itself and its database.</summary>
    public MonitoringOptions Monitoring { get; set; } = new();

    /// <summary>How the server handles alerts.</summary>
    public AlertOptions Alerts { get; set; } = new();

    /// <summary>
    /// Where metrics are also sent by OTLP over HTTP, such as <c>http://127.0.0.1:4318/v1/metrics</c>; null for nowhere. Headers and the interval are
    /// read from OpenTelemetry's own variables (OTEL_EXPORTER_OTLP_HEADERS, OTEL_METRIC_EXPORT_INTERVAL).
    /// </summary>
    public Uri? OtlpEndpoint { get; set; }

    /// <summary>Where backups are kept and how they are made.</summary>
    public BackupOptions BackupTarget { get; set; } = new();

    /// <summary>When backups are made and proven.</summary>
    public BackupScheduleOptions Backups { get; set; } = new();

    /// <summary>When the scheduled maintenance runs.</summary>
    public MaintenanceOptions Maintenance { get; set; } = new();

    /// <summary>The format of the logs.</summary>
    public LogFormat LogFormat { get; set; }

    /// <summary>The least severe log entries that are written. May change while the server runs.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Information;

    /// <summary>Configures logging, in addition to or instead of the console.</summary>
    public Action<ILoggingBuilder>? ConfigureLogging { get; set; }
}
