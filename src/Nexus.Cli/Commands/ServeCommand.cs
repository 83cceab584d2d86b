using System.CommandLine;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Backup;
using Nexus.Server;
using Nexus.Server.Settings;

namespace Nexus.Cli.Commands;

/// <summary>Serves the state over HTTP until the process is asked to stop.</summary>
internal sealed class ServeCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Option<bool> _acceptOtherStore =
        new("--accept-other-store") { Description = "Start even if the data folder belongs to another store. From then on it belongs to this one." };

    private readonly Option<bool> _demo = new("--demo")
    {
        Description = "Serve invented subscribers, sessions and trades that keep changing, in a temporary folder that is deleted at the end.",
    };

    private readonly SubscriptionSettings _subscriptions = new();

    public ServeCommand(CommandConsole console)
        : base("serve", "Serve the state over HTTP: sessions, users, switches, settings and trades.")
    {
        _console = console;
        Options.Add(new SettingOption(ServerSettings.Listen));
        Options.Add(new SettingOption(ServerSettings.TlsCertificate));
        Options.Add(new SettingOption(ServerSettings.TlsKey));
        Options.Add(new SettingOption(ServerSettings.SocketMode));
        _store.AddTo(this);
        Options.Add(new SettingOption(StoreSettings.Fallback));
        Options.Add(new SettingOption(StoreSettings.FallbackCopy));
        Options.Add(new SettingOption(EngineSettings.History));
        Options.Add(_acceptOtherStore);
        Options.Add(new SettingOption(StoreSettings.MaxPoolSize));
        Options.Add(new SettingOption(ServerSettings.PathBase));
        Options.Add(new SettingOption(ServerSettings.TrustedProxies));
        Options.Add(new SettingFlag("--no-dashboard", ServerSettings.DashboardEnabled, "Serve the API only, without the dashboard at /."));
        Options.Add(_demo);
        Options.Add(new SettingOption(BackupSettings.Schedule));
        Options.Add(new SettingFlag(
            "--no-maintenance", OperationSettings.MaintenanceEnabled,
            "Do not run the scheduled maintenance in this instance; nexus maintain runs it by hand."));
        _subscriptions.AddTo(this);
        Options.Add(new SettingOption(ServerSettings.LogFormat));
        Options.Add(new SettingOption(ServerSettings.LogLevel));
        Options.Add(new SettingOption(OperationSettings.Alerts));
        Options.Add(new SettingOption(OperationSettings.MonitorInterval));
        Options.Add(new SettingOption(OperationSettings.Otlp));
        SetAction(ServeAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus serve", "serves the embedded store in ./data at http://127.0.0.1:8080"),
        ("nexus serve --database postgres://bot@localhost/nexus", "serves PostgreSQL; NEXUS_KEYS holds the encryption keys"),
        ("nexus serve --fallback read-only", "one of several instances: refuses writes while PostgreSQL is unavailable"),
        ("nexus serve --demo", "shows the dashboard with invented data"),
        ("nexus serve --path-base /nexus --trusted-proxies 127.0.0.1", "behind a proxy that publishes the server at /nexus"),
        ("nexus serve --backup-schedule \"15 3 * * *\"", "also makes a backup each night, in NEXUS_BACKUP_TIMEZONE"),
        ("nexus serve --urls http://127.0.0.1:9000 --log-format json", "listens on another port and logs as JSON"),
        ("nexus serve --urls \"https://0.0.0.0:8443;unix:/run/nexus/nexus.sock\" --tls-certificate cert.pem --tls-key key.pem",
            "listens with TLS and on a Unix socket"),
        ("nexus serve --config /etc/nexus/nexus.json", "reads its settings from a file; nexus config check checks it"),
    ];

    private async Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var demo = parsed.GetValue(_demo) ? new DemoFolder() : null;
        var options = demo is null ? ReadOptions(parsed) : ReadDemoOptions(parsed, demo.Path);
        options.BackupTarget.IsBackground = true;
        await using var app = NexusServer.Build(options);
        await StartAsync(app, options.Urls, cancellationToken);
        using var reload = demo is null ? new ConfigurationReload(parsed, options, app.Services.GetRequiredService<ILoggerFactory>()) : null;
        foreach (var url in NexusServer.PublicUrls(app))
            _console.WriteLine(url.StartsWith("unix:", StringComparison.Ordinal)
                ? $"Serving at {url}"
                : $"Serving at {url}, documented at {url}/docs");
        var systemd = new SystemdNotifier();
        systemd.Notify(ServiceState.Ready);
        using var stopping = app.Lifetime.ApplicationStopping.Register(() => systemd.Notify(ServiceState.Stopping));
        // Cancelling stops the server: requests and queued writes end first.
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Success;
    }

    private static async Task StartAsync(WebApplication app, string urls, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AccessDenied)
        {
            throw new CommandFailedException(
                $"this user may not listen at {urls}: ports below 1024 need root. Choose another port in --urls and put a proxy in front, or give "
                    + "the program the capability CAP_NET_BIND_SERVICE");
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            throw new CommandFailedException(
                $"this machine has no address of {urls}: use http://0.0.0.0:8080 in --urls to listen on all of its addresses");
        }
    }

    private ServerOptions ReadOptions(ParseResult parsed)
    {
        var options = ToolConfiguration.Of(parsed).ToServerOptions();
        options.Nexus.AcceptOtherStore = parsed.GetValue(_acceptOtherStore);
        options.AdminKeyCreated = ShowAdminKey;
        return options;
    }

    /// <summary>The configuration of a real installation must not reach a demo, except where it listens and how it logs.</summary>
    private ServerOptions ReadDemoOptions(ParseResult parsed, string folder)
    {
        var options = ToolConfiguration.Lenient(parsed).ToServerOptions();
        options.Nexus = new NexusOptions { DataFolder = folder };
        options.IsDemo = true;
        options.AdminKey = null;
        options.AdminKeyCreated = (key, _) => _console.WriteLine($"Sign in to the demo with the key {key}");
        options.BackupTarget = new BackupOptions();
        options.Backups = new BackupScheduleOptions();
        return options;
    }

    /// <summary>The key is printed only to a terminal: redirected output ends up in a log, such as the journal.</summary>
    private void ShowAdminKey(string key, string file)
    {
        _console.WriteLine(
            _console.IsOutputTerminal ? $"Admin key, shown only once and stored in {file}:" : $"A new admin key was written to {file}");
        if (_console.IsOutputTerminal) _console.WriteLine($"  {key}");
    }
}
