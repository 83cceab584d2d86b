using Nexus.Operations.Alerts;
using Nexus.Operations.Backup;
using Nexus.Operations.Maintenance;
using Nexus.Operations.Monitoring;
using Nexus.Server;
using Nexus.Server.Settings;

namespace Nexus.Cli.Configuration;

/// <summary>The options of the library, the server and the backups, from the configuration.</summary>
internal static class ConfiguredOptions
{
    public static NexusOptions ToNexusOptions(this ToolConfiguration configuration)
    {
        var most = configuration.Get(StoreSettings.MaxPoolSize);
        var least = configuration.Get(StoreSettings.MinPoolSize);
        var options = new NexusOptions
        {
            Database = configuration.Text(StoreSettings.Database),
            // The direct address belongs to the configured database, not to one that the command line names.
            DirectDatabase = configuration.IsOption(StoreSettings.Database) ? null : configuration.Text(StoreSettings.Direct),
            ShardDatabases = configuration.Text(StoreSettings.Shards),
            TwoPhaseBatches = configuration.Get(StoreSettings.TwoPhaseBatches),
            Schema = configuration.Get(StoreSettings.Schema),
            MaxPoolSize = most,
            // The default follows a smaller maximum; a value that contradicts it is an error.
            MinPoolSize = configuration.IsGiven(StoreSettings.MinPoolSize) ? least : Math.Min(least, most),
            ConnectTimeout = configuration.Get(StoreSettings.ConnectTimeout),
            CommandTimeout = configuration.Get(StoreSettings.CommandTimeout),
            MigrateOnOpen = configuration.Get(StoreSettings.Migrate),
            DataFolder = configuration.Get(StoreSettings.DataFolder),
            Keys = configuration.Text(StoreSettings.Keys),
            EncryptionKey = configuration.Text(StoreSettings.LegacyKey),
            Fallback = configuration.Get(StoreSettings.Fallback),
            FallbackWithoutCopy = configuration.IsGiven(StoreSettings.Fallback),
            FallbackAfter = configuration.Get(StoreSettings.FallbackAfter),
            FallbackCopy = configuration.Get(StoreSettings.FallbackCopy),
            OutboxBytes = configuration.Get(StoreSettings.OutboxBytes),
            Writers = configuration.Get(EngineSettings.Writers),
            MaxBatchSize = configuration.Get(EngineSettings.MaxBatchSize),
            QueueCapacity = configuration.Get(EngineSettings.QueueCapacity),
            CacheCapacity = configuration.Get(EngineSettings.CacheCapacity),
            CacheBytes = configuration.Get(EngineSettings.CacheBytes),
            DispatchIndex = configuration.Get(EngineSettings.DispatchIndex),
            History = configuration.Get(EngineSettings.History),
            HistoryDays = configuration.Get(EngineSettings.HistoryDays),
            HistoryEntries = configuration.Get(EngineSettings.HistoryEntries),
        };
        foreach (var owner in configuration.Get(StoreSettings.Owners, [])) options.Owners.Add(owner);
        return options;
    }

    /// <summary>The configured admin key, or that of the data folder; null if it cannot be read.</summary>
    public static Task<string?> FindAdminKeyAsync(this ToolConfiguration configuration, CancellationToken cancellationToken) =>
        NexusServer.FindAdminKeyAsync(
            configuration.Text(ServerSettings.AdminKey), configuration.Get(StoreSettings.DataFolder), cancellationToken);

    public static BackupOptions ToBackupOptions(this ToolConfiguration configuration)
    {
        var options = new BackupOptions
        {
            Target = configuration.Text(BackupSettings.Target),
            Key = configuration.Text(BackupSettings.Key),
            Database = configuration.Text(BackupSettings.Database),
            Programs = configuration.Text(BackupSettings.Programs),
            WorkFolder = configuration.Text(BackupSettings.WorkFolder),
            S3Endpoint = configuration.Text(BackupSettings.S3Endpoint),
            S3Region = configuration.Text(BackupSettings.S3Region),
            PgBackRestStanza = configuration.Text(BackupSettings.Stanza),
            PgBackRest = configuration.Text(BackupSettings.PgBackRest),
            TimeZone = configuration.Get(BackupSettings.TimeZone),
        };
        options.Jobs = configuration.Get(BackupSettings.Jobs, options.Jobs);
        return options;
    }

    public static BackupScheduleOptions ToBackupSchedule(this ToolConfiguration configuration) => new()
    {
        Backup = configuration.Text(BackupSettings.Schedule),
        Drill = configuration.Get(BackupSettings.Drill),
        TimeZone = configuration.Get(BackupSettings.TimeZone),
        Retention = configuration.Text(BackupSettings.Retention),
        Scratch = configuration.Get(BackupSettings.Scratch),
    };

    public static SubscriptionOptions ToSubscriptionOptions(this ToolConfiguration configuration) => new()
    {
        NoticeDays = configuration.Get(OperationSettings.NoticeDays),
        LocksExpired = configuration.Get(OperationSettings.LockExpired),
    };

    public static int? RetainTrades(this ToolConfiguration configuration) =>
        configuration.Get(OperationSettings.RetainTrades, 0) is > 0 and var months ? months : null;

    public static ServerOptions ToServerOptions(this ToolConfiguration configuration)
    {
        var options = new ServerOptions
        {
            Urls = configuration.Get(ServerSettings.Listen),
            SocketMode = configuration.Get(ServerSettings.SocketMode),
            Tls = ToTlsFiles(configuration),
            Nexus = configuration.ToNexusOptions(),
            AdminKey = configuration.Text(ServerSettings.AdminKey),
            LogFormat = configuration.Get(ServerSettings.LogFormat),
            Monitoring = new MonitoringOptions
            {
                Interval = configuration.Get(OperationSettings.MonitorInterval),
                SlowStatement = TimeSpan.FromMilliseconds(configuration.Get(OperationSettings.SlowStatement)),
            },
            Alerts = new AlertOptions { File = configuration.Text(OperationSettings.Alerts) },
            OtlpEndpoint = configuration.IsGiven(OperationSettings.Otlp) ? configuration.Get(OperationSettings.Otlp) : null,
            BackupTarget = configuration.ToBackupOptions(),
            Backups = configuration.ToBackupSchedule(),
            Maintenance = new MaintenanceOptions
            {
                IsScheduled = configuration.Get(OperationSettings.MaintenanceEnabled),
                QuietFrom = configuration.Get(OperationSettings.QuietFrom),
                QuietUntil = configuration.Get(OperationSettings.QuietUntil),
                RetainTradesMonths = configuration.RetainTrades(),
                Subscriptions = configuration.ToSubscriptionOptions(),
            },
        };
        Apply(configuration, options.Dashboard);
        Apply(configuration, options.Limits);
        configuration.ApplyReloadable(options);
        return options;
    }

    /// <summary>Applies the settings that may change while the server runs.</summary>
    public static void ApplyReloadable(this ToolConfiguration configuration, ServerOptions options)
    {
        options.LogLevel = configuration.Get(ServerSettings.LogLevel);
        options.Dashboard.IdleTimeout = configuration.Get(ServerSettings.DashboardIdle);
        options.Limits.Patience = configuration.Get(LimitSettings.Patience);
        options.Limits.IdleTimeout = configuration.Get(LimitSettings.IdleTimeout);
    }

    private static TlsFiles? ToTlsFiles(ToolConfiguration configuration) => configuration.Text(ServerSettings.TlsCertificate) is { } certificate
        ? new TlsFiles(certificate, configuration.Text(ServerSettings.TlsKey) ?? certificate) : null;

    private static void Apply(ToolConfiguration configuration, DashboardOptions options)
    {
        options.Enabled = configuration.Get(ServerSettings.DashboardEnabled);
        options.PathBase = configuration.Text(ServerSettings.PathBase);
        foreach (var proxy in configuration.Get(ServerSettings.TrustedProxies, [])) options.TrustedProxies.Add(proxy);
    }

    private static void Apply(ToolConfiguration configuration, ServerLimits limits)
    {
        limits.Connections = configuration.Get(LimitSettings.Connections);
        limits.RequestsPerKey = configuration.Get(LimitSettings.RequestsPerKey);
        limits.ListsPerKey = configuration.Get(LimitSettings.ListsPerKey);
        limits.EventStreams = configuration.Get(LimitSettings.EventStreams);
        limits.EventStreamsPerKey = configuration.Get(LimitSettings.EventStreamsPerKey);
        limits.BodyBytes = configuration.Get(LimitSettings.BodyBytes);
        limits.BodyBytesPerKey = configuration.Get(LimitSettings.BodyBytesPerKey);
    }
}
