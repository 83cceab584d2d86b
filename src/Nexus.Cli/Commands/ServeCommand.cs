using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;
using Nexus.Cli.Terminal;
using Nexus.Errors;
using Nexus.Server;
using Nexus.Server.Settings;

namespace Nexus.Cli.Commands;

/// <summary>Serves the state over HTTP until it is told to stop.</summary>
internal sealed class ServeCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Option<string> _urls = new("--urls") { Description = "Addresses to listen on, separated by semicolons.", HelpName = "URL", DefaultValueFactory = _ => ServerOptions.DefaultUrl };
    private readonly Option<LogFormat> _logFormat = new("--log-format") { Description = "How logs are written, to standard error.", DefaultValueFactory = _ => LogFormat.Simple };

    private readonly Option<string?> _fallback = new("--fallback")
    {
        Description = "While PostgreSQL does not answer: read-write serves from a local copy and keeps writes in an outbox, read-only takes no writes, off fails at once. NEXUS_FALLBACK otherwise, else read-write, which is for one instance.",
        HelpName = "MODE",
    };

    private readonly Option<bool> _acceptOtherStore = new("--accept-other-store") { Description = "Go on although the data folder has served another store; it serves this one from then on." };
    private readonly Option<int?> _maxPoolSize = new("--max-pool-size")
    {
        Description = "Connections to PostgreSQL at most, of which two hear changes of other instances; 3 to 1000. connection_limit in the URL wins; 20 otherwise.",
        HelpName = "N",
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
        Options.Add(_acceptOtherStore);
        _maxPoolSize.Validators.Add(result =>
        {
            // What is no number is the parser's to refuse.
            if (result.Tokens is not [var given] || !int.TryParse(given.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var most)) return;
            if (most is < 3 or > 1000) result.AddError("--max-pool-size must be 3 to 1000");
        });
        Options.Add(_maxPoolSize);
        Options.Add(_logFormat);
        SetAction(ServeAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus serve", "on the embedded store in ./data, at http://127.0.0.1:8080"),
        ("nexus serve --database postgres://bot@localhost/nexus", "on PostgreSQL; NEXUS_KEYS holds the encryption keys"),
        ("nexus serve --fallback read-only", "one of several instances: no writes while PostgreSQL is away"),
        ("nexus serve --urls http://127.0.0.1:9000 --log-format json", "on another port, logs for a collector"),
    ];

    private async Task<int> ServeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new ServerOptions
        {
            Urls = parsed.GetRequiredValue(_urls),
            Nexus = ReadNexus(parsed),
            AdminKey = Environment.GetEnvironmentVariable("NEXUS_ADMIN_KEY"),
            AdminKeyCreated = ShowAdminKey,
            LogFormat = parsed.GetRequiredValue(_logFormat),
        };
        await using var app = NexusServer.Build(options);
        await StartAsync(app, options.Urls, cancellationToken);
        foreach (var url in NexusServer.PublicUrls(app)) _console.WriteLine($"Serving at {url}, documented at {url}/docs");
        // Cancelling stops the server: requests and queued writes end first.
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Success;
    }

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
                $"this user may not listen at {urls}: ports below 1024 are for root; choose another in --urls with a proxy in front, or give the program the capability CAP_NET_BIND_SERVICE");
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            throw new CommandFailedException($"this machine has no such address as in {urls}; http://0.0.0.0:8080 in --urls listens at all of them");
        }
    }

    private NexusOptions ReadNexus(ParseResult parsed)
    {
        var options = _store.Read(parsed);
        if (parsed.GetValue(_fallback) is { } mode) (options.Fallback, options.FallbackWithoutCopy) = (NexusOptions.ParseFallback("--fallback", mode), true);
        else options.Fallback = NexusOptions.FromEnvironment().Fallback;
        options.AcceptOtherStore = parsed.GetValue(_acceptOtherStore);
        if (parsed.GetValue(_maxPoolSize) is { } most) (options.MaxPoolSize, options.MinPoolSize) = (most, Math.Min(options.MinPoolSize, most));
        return options;
    }

    /// <summary>Only a terminal is shown the key: what is redirected ends in a log, in the journal for example.</summary>
    private void ShowAdminKey(string key, string file)
    {
        _console.WriteLine(_console.IsOutputTerminal ? $"Admin key, shown only this once and kept in {file}:" : $"A new admin key is in {file}");
        if (_console.IsOutputTerminal) _console.WriteLine($"  {key}");
    }
}
