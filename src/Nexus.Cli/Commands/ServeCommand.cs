using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Nexus.Cli.Terminal;
using Nexus.Errors;
using Nexus.Operations.Alerts;
using Nexus.Operations.Monitoring;
using Nexus.Operations.Backup;
using Nexus.Operations.Maintenance;
using Nexus.Server;
using Nexus.Server.Settings;

namespace Nexus.Cli.Commands;

/// <summary>Serves the state over HTTP until the process is asked to stop.</summary>
internal sealed class ServeCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Option<string> _urls = new("--urls")
    {
        Description = "The addresses to listen on, separated by semicolons.",
        HelpName = "URL",
        DefaultValueFactory = _ => ServerOptions.DefaultUrl,
    };
    private readonly Option<LogFormat> _logFormat =
        new("--log-format") { Description = "The format of the logs, which go to standard error.", DefaultValueFactory = _ => LogFormat.Simple };

    private readonly Option<string?> _fallback = new("--fallback")
    {
        Description = "What to do while PostgreSQL is unavailable: read-write serves the local replica and spools writes to an outbox, read-only "
            + "serves the local replica and refuses writes, off fails at once. Default: NEXUS_FALLBACK, or read-write. Only one instance may use "
            + "read-write.",
        HelpName = "MODE",
    };

    private readonly Option<string?> _history = new("--history")
    {
        Description = "Which changes get an entry in the history of changes: people records what the dashboard, the command line and API keys "
            + "change, except sessions that are saved over the HTTP API; all records those too, off nothing. Default: NEXUS_HISTORY, or people. "
            + "Entries are kept for NEXUS_HISTORY_DAYS days, or 90.",
        HelpName = "MODE",
    };

    private readonly Option<bool> _acceptOtherStore =
        new("--accept-other-store") { Description = "Start even if the data folder belongs to another store. From then on it belongs to this one." };
    private readonly Option<int?> _maxPoolSize = new("--max-pool-size")
    {
        Description = "The maximum number of connections to PostgreSQL, 3 to 1000. Two of them listen for changes of other instances. "
            + "connection_limit in the URL takes precedence. Default: 20.",
        HelpName = "N",
    };

    private readonly Option<bool> _demo = new("--demo")
    {
        Description = "Serve invented subscribers, sessions and trades that keep changing, in a temporary folder that is deleted at the end.",
    };

    private readonly Option<bool> _noDashboard = new("--no-dashboard") { Description = "Serve the API only, without the dashboard at /." };

    private readonly Option<string?> _pathBase = new("--path-base")
    {
        Description = "The path under which a proxy publishes the server, such as /nexus.",
        HelpName = "PATH",
    };

    private readonly Option<string?> _trustedProxies = new("--trusted-proxies")
    {
        Description = "Addresses or networks of proxies whose X-Forwarded headers are believed, separated by commas, such as 10.0.0.0/8.",
        HelpName = "LIST",
    };

    private readonly Option<string?> _alerts = new("--alerts")
    {
        Description =
            "The settings file of the alerts: thresholds, quiet hours, routes, notifiers. Default: alerts.json in the data folder, if it is "
            + "there. Read again when it changes.",
        HelpName = "FILE",
    };

    private readonly Option<TimeSpan?> _interval = new("--monitor-interval")
    {
        Description = "How often the figures of PostgreSQL are read and the rules of the alerts are evaluated, from 1s to 1m. Default: 15s.",
        HelpName = "TIME",
        CustomParser = result =>
        {
            if (DurationText.TryParse(result.Tokens[0].Value, out var time) && time >= TimeSpan.FromSeconds(1) && time <= TimeSpan.FromMinutes(1))
                return time;
            result.AddError("--monitor-interval must be a duration from 1s to 1m");
            return null;
        },
    };

    private readonly Option<Uri?> _otlp = new("--otlp")
    {
        Description = "Also send metrics by OTLP over HTTP to this URL, such as http://127.0.0.1:4318/v1/metrics. Default: "
            + "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, or nowhere.",
        HelpName = "URL",
        CustomParser = result =>
        {
            if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var url) && url.Scheme is "http" or "https") return url;
            result.AddError("--otlp must be a URL with http or https");
            return null;
        },
    };

    private readonly Option<string?> _backupSchedule = new("--backup-schedule")
    {
        Description = "When backups are made, as a cron expression such as \"15 3 * * *\"; the newest is proven weekly. Of several instances one "
            + "makes them. "
            + "Default: NEXUS_BACKUP_SCHEDULE, or never.",
        HelpName = "CRON",
    };

    private readonly Option<int?> _retain = RetentionOption.Create();
    private readonly SubscriptionSettings _subscriptions = new();
    private readonly Option<bool> _noMaintenance = new("--no-maintenance")
    {
        Description = "Do not run the scheduled maintenance in this instance; nexus maintain runs it by hand.",
    };

    public ServeCommand(CommandConsole console)
        : base("serve", "Serve the state over HTTP: sessions, users, switches, settings and trades.")
    {
        _console = console;
        _urls.Validators.Add(UrlsAreUsable);
        Options.Add(_urls);
        _store.AddTo(this);
        _fallback.AcceptOnlyFromAmong("off", "read-only", "read-write");
        Options.Add(_fallback);
        _history.AcceptOnlyFromAmong("off", "people", "all");
        Options.Add(_history);
        Options.Add(_acceptOtherStore);
        _maxPoolSize.Validators.Add(result =>
        {
            // The parser reports a value that is not a number.
            if (result.Tokens is not [var given] || !int.TryParse(given.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var most))
                return;
            if (most is < 3 or > 1000) result.AddError("--max-pool-size must be 3 to 1000");
        });
        Options.Add(_maxPoolSize);
        Options.Add(_pathBase);
        Options.Add(_trustedProxies);
        Options.Add(_noDashboard);
        Options.Add(_demo);
        Options.Add(_backupSchedule);
        Options.Add(_noMaintenance);
        Options.Add(_retain);
        _subscriptions.AddTo(this);
        Options.Add(_logFormat);
        Options.Add(_alerts);
        Options.Add(_interval);
        Options.Add(_otlp);
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
    ];

    private async Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var demo = parsed.GetValue(_demo) ? new DemoFolder() : null;
        var options = new ServerOptions
        {
            Urls = parsed.GetRequiredValue(_urls),
            Nexus = demo is null ? ReadNexus(parsed) : new NexusOptions { DataFolder = demo.Path },
            IsDemo = demo is not null,
            AdminKey = demo is null ? Environment.GetEnvironmentVariable("NEXUS_ADMIN_KEY") : null,
            AdminKeyCreated = demo is null ? ShowAdminKey : (key, _) => _console.WriteLine($"Sign in to the demo with the key {key}"),
            LogFormat = parsed.GetRequiredValue(_logFormat),
            Monitoring = new MonitoringOptions { Interval = parsed.GetValue(_interval) ?? new MonitoringOptions().Interval },
            Alerts = new AlertOptions { File = parsed.GetValue(_alerts) },
            OtlpEndpoint = parsed.GetValue(_otlp) ?? OtlpOfEnvironment(),
            BackupTarget = BackupOptions.FromEnvironment(),
            Backups = BackupScheduleOptions.FromEnvironment(),
            Maintenance = new MaintenanceOptions
            {
                IsScheduled = !parsed.GetValue(_noMaintenance),
                RetainTradesMonths = parsed.GetValue(_retain),
                Subscriptions = _subscriptions.Read(parsed),
            },
        };
        options.Dashboard.Enabled = !parsed.GetValue(_noDashboard);
        options.Dashboard.PathBase = parsed.GetValue(_pathBase);
        const StringSplitOptions Parts = StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries;
        foreach (var proxy in (parsed.GetValue(_trustedProxies) ?? "").Split(',', Parts)) options.Dashboard.TrustedProxies.Add(proxy);
        if (parsed.GetValue(_backupSchedule) is { Length: > 0 } schedule) options.Backups.Backup = schedule;
        options.BackupTarget.IsBackground = true;
        await using var app = NexusServer.Build(options);
        await StartAsync(app, options.Urls, cancellationToken);
        foreach (var url in NexusServer.PublicUrls(app)) _console.WriteLine($"Serving at {url}, documented at {url}/docs");
        // Cancelling stops the server: requests and queued writes end first.
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Success;
    }

    private static Uri? OtlpOfEnvironment() =>
        Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT") is { Length: > 0 } text
            ? Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
                : throw new CommandFailedException("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT must be a URL with http or https", ExitCodes.Usage)
            : null;

    private static void UrlsAreUsable(OptionResult urls)
    {
        try
        {
            ServerUrls.Parse(urls.GetValueOrDefault<string>());
        }
        catch (NexusConfigurationException error)
        {
            urls.AddError(error.Message);
        }
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

    private NexusOptions ReadNexus(ParseResult parsed)
    {
        var options = _store.Read(parsed);
        if (parsed.GetValue(_fallback) is { } mode)
            (options.Fallback, options.FallbackWithoutCopy) = (NexusOptions.ParseFallback("--fallback", mode), true);
        else options.Fallback = NexusOptions.FromEnvironment().Fallback;
        if (parsed.GetValue(_history) is { } history) options.History = NexusOptions.ParseHistory("--history", history);
        options.AcceptOtherStore = parsed.GetValue(_acceptOtherStore);
        if (parsed.GetValue(_maxPoolSize) is { } most) (options.MaxPoolSize, options.MinPoolSize) = (most, Math.Min(options.MinPoolSize, most));
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
