using Microsoft.Extensions.Logging;
using Nexus.Server.Settings;

namespace Nexus.Cli.Configuration;

/// <summary>The settings of <c>nexus serve</c>: addresses, TLS, logs and the dashboard.</summary>
internal static class ServerSettings
{
    private const string TrustedProxyForm = "addresses or networks";
    private static readonly DashboardOptions Dashboard = new();

    public static readonly Setting<string> Listen = new()
    {
        Key = "listen",
        Variable = "NEXUS_URLS",
        Option = "--urls",
        Description = "The addresses to listen on, separated by semicolons: http://host:port, https://host:port with a certificate, or unix:/path.",
        Default = ServerOptions.DefaultUrl,
        Type = "list of addresses",
        Shape = SettingShape.List,
        Separator = ';',
        HelpName = "URL",
        Parse = text => Kinds.Checked(text, () => ServerUrls.Parse(text)),
    };

    public static readonly Setting<UnixFileMode> SocketMode = new()
    {
        Key = "socketMode",
        Variable = "NEXUS_SOCKET_MODE",
        Option = "--socket-mode",
        Description = "The permissions of the Unix sockets to listen on, in octal digits.",
        Default = "660",
        Type = "permissions",
        Range = "600 to 666",
        HelpName = "MODE",
        Parse = ReadMode,
    };

    public static readonly Setting<string> TlsCertificate = Define.Path(
        "tls.certificate", "NEXUS_TLS_CERTIFICATE",
        "The certificate for https addresses, as a PEM file with its intermediates. Read again within seconds after it changes.",
        option: "--tls-certificate");

    public static readonly Setting<string> TlsKey = Define.Path(
        "tls.key", "NEXUS_TLS_KEY", "The private key of the certificate, as a PEM file that only its owner, or the group of root's file, can read.",
        withoutValue: "the key in the file of the certificate", option: "--tls-key");

    public static readonly Setting<string> AdminKey = Define.Text(
        "adminKey", "NEXUS_ADMIN_KEY", "The API key with every scope, 32 to 200 characters.",
        withoutValue: "admin.key in the data folder, created at the first start", type: "API key", range: "32 to 200 characters", helpName: "KEY",
        isSecret: true,
        parse: text => text.Length is >= 32 and <= 200 ? Kinds.Text(text) : throw new FormatException("must have 32 to 200 characters"));

    public static readonly Setting<LogFormat> LogFormat = Define.Choice(
        "logging.format", "NEXUS_LOG_FORMAT", "simple", "The format of the logs, which go to standard error.", "--log-format", isReloadable: false,
        ("simple", Nexus.Server.Settings.LogFormat.Simple), ("json", Nexus.Server.Settings.LogFormat.Json));

    public static readonly Setting<LogLevel> LogLevel = Define.Choice(
        "logging.level", "NEXUS_LOG_LEVEL", "information", "The least severe log entries that are written.", "--log-level", isReloadable: true,
        ("debug", Microsoft.Extensions.Logging.LogLevel.Debug), ("information", Microsoft.Extensions.Logging.LogLevel.Information),
        ("warning", Microsoft.Extensions.Logging.LogLevel.Warning), ("error", Microsoft.Extensions.Logging.LogLevel.Error));

    public static readonly Setting<bool> DashboardEnabled = Define.Switch(
        "dashboard.enabled", "NEXUS_DASHBOARD", Dashboard.Enabled, "Whether the dashboard is served at /.");

    public static readonly Setting<string> PathBase = Define.Text(
        "dashboard.pathBase", "NEXUS_PATH_BASE", "The path under which a proxy publishes the server, such as /nexus.", option: "--path-base",
        type: "path", helpName: "PATH", parse: text => Kinds.Checked(text, () => new DashboardOptions { PathBase = text }.Validate()));

    public static readonly Setting<IReadOnlyList<string>> TrustedProxies = new()
    {
        Key = "dashboard.trustedProxies",
        Variable = "NEXUS_TRUSTED_PROXIES",
        Option = "--trusted-proxies",
        Description = "Addresses or networks of proxies whose X-Forwarded headers are believed, separated by commas, such as 10.0.0.0/8.",
        Type = "list of networks",
        Range = TrustedProxyForm,
        Shape = SettingShape.List,
        HelpName = "LIST",
        Parse = ReadProxies,
    };

    public static readonly Setting<TimeSpan> DashboardIdle = Define.Duration(
        "dashboard.idleTimeout", "NEXUS_DASHBOARD_IDLE_TIMEOUT", Dashboard.IdleTimeout, TimeSpan.FromMinutes(1), TimeSpan.FromHours(24),
        "How long a sign-in lasts without a request.", isReloadable: true);

    public static IReadOnlyList<Setting> All { get; } =
    [
        Listen, SocketMode, TlsCertificate, TlsKey, AdminKey, LogFormat, LogLevel, DashboardEnabled, PathBase, TrustedProxies, DashboardIdle,
    ];

    private static UnixFileMode ReadMode(string text)
    {
        if (text.Length is < 3 or > 4 || !text.All(digit => digit is >= '0' and <= '7'))
            throw new FormatException("must be octal digits, 600 to 666");
        var mode = (UnixFileMode)Convert.ToInt32(text, 8);
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        const UnixFileMode Most = Owner | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        return (mode & Owner) == Owner && (mode & ~Most) == UnixFileMode.None ? mode : throw new FormatException("must be octal digits, 600 to 666");
    }

    private static IReadOnlyList<string> ReadProxies(string text)
    {
        var options = new DashboardOptions();
        foreach (var proxy in Kinds.List(text)) options.TrustedProxies.Add(proxy);
        _ = Kinds.Checked(text, options.Validate);
        return [.. options.TrustedProxies];
    }
}
