using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using Nexus.Server.Settings;

namespace Nexus.Cli.Configuration;

/// <summary>
/// Reads the configuration again on SIGHUP. Settings that may change while the server runs are applied; the log names the others, which need a
/// restart. A configuration with an error changes nothing.
/// </summary>
internal sealed partial class ConfigurationReload : IDisposable
{
    private readonly ParseResult _parsed;
    private readonly ServerOptions _options;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly PosixSignalRegistration _signal;

    /// <summary>What was read last; values that need a restart are those of the start.</summary>
    private ToolConfiguration _current;

    public ConfigurationReload(ParseResult parsed, ServerOptions options, ILoggerFactory loggers)
    {
        (_parsed, _options, _logger) = (parsed, options, loggers.CreateLogger<ConfigurationReload>());
        _current = ToolConfiguration.Of(parsed);
        _signal = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            _ = ReloadAsync();
        });
    }

    public void Dispose()
    {
        _signal.Dispose();
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task ReloadAsync()
    {
        try
        {
            await _turn.WaitAsync(_stopping.Token);
            try
            {
                var next = await ToolConfiguration.ReadAgainAsync(_parsed, _stopping.Token);
                if (next.Problems.Count > 0)
                {
                    LogRefused(_logger, string.Join("; ", next.Problems.Take(5)));
                    return;
                }
                var changed = next.ChangedSince(_current);
                next.ApplyReloadable(_options);
                _current = next;
                LogReloaded(_logger, Names(changed.Where(setting => setting.IsReloadable)));
                if (changed.Where(setting => !setting.IsReloadable).ToList() is { Count: > 0 } waiting) LogWaiting(_logger, Names(waiting));
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The server stops.
        }
    }

    private static string Names(IEnumerable<Setting> settings) =>
        string.Join(", ", settings.Select(setting => setting.Key)) is { Length: > 0 } names ? names : "none";

    [LoggerMessage(3090, LogLevel.Information, "The configuration was read again. Changed settings: {Settings}")]
    private static partial void LogReloaded(ILogger logger, string settings);

    [LoggerMessage(3091, LogLevel.Warning, "Changed settings that need a restart: {Settings}")]
    private static partial void LogWaiting(ILogger logger, string settings);

    [LoggerMessage(3092, LogLevel.Error, "The configuration was not changed, because it has errors: {Problems}")]
    private static partial void LogRefused(ILogger logger, string problems);
}
