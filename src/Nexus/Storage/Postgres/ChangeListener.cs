using Microsoft.Extensions.Logging;
using Npgsql;

namespace Nexus.Storage.Postgres;

/// <summary>
/// Hears what other instances changed, on a connection of its own. While it is broken the feed is not live, and after a gap everything counts as
/// changed.
/// </summary>
internal sealed partial class ChangeListener : IAsyncDisposable
{
    private const string Listen = $"LISTEN {ChangeNotice.Channel}";
    private const string Probe = "SELECT 1";

    /// <summary>A connection that no firewall told us about losing is found out by asking.</summary>
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private readonly NpgsqlDataSource _source;
    private readonly ChangeNotice _notice;
    private readonly ChangeFeed _changes;
    private readonly Action<IReadOnlyList<StateChange>> _heard;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private Task _listening = Task.CompletedTask;

    /// <param name="source">Its own, of one connection: listening must not take one from those who work.</param>
    /// <param name="heard">Told what others changed, beside the feed, which also carries what this process did.</param>
    public ChangeListener(
        NpgsqlDataSource source, ChangeNotice notice, ChangeFeed changes, Action<IReadOnlyList<StateChange>> heard, TimeProvider clock, ILogger logger) =>
        (_source, _notice, _changes, _heard, _clock, _logger) = (source, notice, changes, heard, clock, logger);

    /// <summary>Returns when notices arrive.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var connection = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        _changes.IsLive = true;
        _listening = Task.Run(() => ListenAsync(connection), CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _listening.ConfigureAwait(false);
        _changes.IsLive = false;
        await _source.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            connection.Notification += (_, notice) => Hear(notice);
            await RunAsync(connection, Listen, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task ListenAsync(NpgsqlConnection first)
    {
        var connection = first;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await using (connection.ConfigureAwait(false)) await WaitAsync(connection).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                LogLost(_logger, error);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            _changes.IsLive = false;
            if (await ReconnectAsync().ConfigureAwait(false) is not { } next) return;
            connection = next;
            _heard(ChangeNotice.Everything);
            _changes.Publish(ChangeNotice.Everything);
            _changes.IsLive = true;
            LogBack(_logger);
        }
    }

    private async Task WaitAsync(NpgsqlConnection connection)
    {
        while (true)
        {
            if (!await connection.WaitAsync(ProbeEvery, _stop.Token).ConfigureAwait(false)) await RunAsync(connection, Probe, _stop.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Null when the store is closed meanwhile.</summary>
    private async Task<NpgsqlConnection?> ReconnectAsync()
    {
        for (var wait = FirstWait; ; wait = wait * 2 < LongestWait ? wait * 2 : LongestWait)
        {
            try
            {
                return await ConnectAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return null;
            }
            catch (Exception error)
            {
                LogRetried(_logger, wait, error);
            }
            // Instances that lost the same server come back at different times.
            var jitter = 0.5 + Random.Shared.NextDouble();
            await Task.Delay(wait * jitter, _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Hear(NpgsqlNotificationEventArgs notice)
    {
        if (notice.Channel != ChangeNotice.Channel || _notice.Read(notice.Payload) is not { } changed) return;
        _heard(changed);
        _changes.Publish(changed);
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand(sql) } };
        await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    [LoggerMessage(EventId = 1114, Level = LogLevel.Warning, Message = "The connection that hears changes of other instances broke; nothing is served from memory until it is back")]
    private static partial void LogLost(ILogger logger, Exception error);

    [LoggerMessage(EventId = 1115, Level = LogLevel.Information, Message = "Changes of other instances are heard again")]
    private static partial void LogBack(ILogger logger);

    [LoggerMessage(EventId = 1116, Level = LogLevel.Debug, Message = "Listening for changes failed; trying again in {Wait}")]
    private static partial void LogRetried(ILogger logger, TimeSpan wait, Exception error);
}
