using Microsoft.Extensions.Logging;
using Nexus.Engine;

namespace Nexus.Postgres;

/// <summary>As many connections as the server gives, and a share for other instances.</summary>
internal sealed partial class PostgresStore
{
    private static readonly RetryPolicy OpenAgain = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(1));

    private readonly Retry _retry;
    private readonly TimeSpan _patience;

    /// <summary>
    /// The first connections of a start. Where others have taken all, those that rest give some back within seconds, as <see cref="FitAsync"/> asks
    /// of this one.
    /// </summary>
    private async Task<T> WhenThereIsRoomAsync<T>(Func<ValueTask<T>> open, CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        RetryAttempts? attempts = null;
        while (true)
        {
            try
            {
                return await open().ConfigureAwait(false);
            }
            catch (Exception error) when (PostgresErrors.IsTooManyConnections(error) && _clock.GetElapsedTime(started) < _patience)
            {
                await (attempts ??= _retry.Begin(OpenAgain)).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// No more connections than the server allows, and while this instance rests no more than its half, so that a second one can start: its minimum
    /// is lower then, and what it does not use is closed soon. Where there is room for two it keeps what it has.
    /// </summary>
    private async Task FitAsync(ConnectionLimits limits)
    {
        limits.Check();
        var resting = limits.Resting(_settings.MinPoolSize);
        if (resting < _settings.MinPoolSize || limits.Allowed / 2 < ConnectionLimits.AllOf(_settings.MaxPoolSize))
        {
            _settings.MinPoolSize = resting;
            await _source.RestWithAsync(resting).ConfigureAwait(false);
        }
        var beside = ConnectionLimits.BesidePool(limits.Allowed);
        var most = limits.Allowed - beside;
        if (most >= _settings.MaxPoolSize) return;
        LogSizedDown(_logger, limits.Reason, limits.Allowed, most, beside, ConnectionLimits.AllOf(_settings.MaxPoolSize));
        _pool.Limit(most);
    }

    /// <summary>Connections apart from the pool, with a name of their own in the driver's metrics.</summary>
    private RoutedSource CreateSideSource(string purpose, ConnectionUse use) => PostgresDataSource.CreateRouted(
        _options with { MinPoolSize = 0 },
        loggerFactory: null,
        $"{PostgresDataSource.Name}-{purpose}",
        use,
        FindPrimary);

    [LoggerMessage(EventId = 1119, Level = LogLevel.Warning, Message = "{Reason} allows {Allowed} connections: {Most} are for the pool and {Beside} "
        + "for change notifications and monitoring; {Wanted} were requested (NexusOptions.MaxPoolSize, or connection_limit in "
        + "NexusOptions.Database)")]
    private static partial void LogSizedDown(ILogger logger, string reason, int allowed, int most, int beside, int wanted);
}
