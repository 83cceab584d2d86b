using System.Globalization;
using Microsoft.Extensions.Logging;
using Nexus.Errors;

namespace Nexus.Postgres;

/// <summary>What an open store does by itself now and then.</summary>
internal sealed partial class PostgresStore
{
    /// <summary>
    /// Looks for other writers, and keeps the commit ledger short. Only an instance that writes does so, and never while a caller waits for it.
    /// </summary>
    private async Task KeepAsync()
    {
        using var timer = new PeriodicTimer(LookEvery, _clock);
        var (seen, looks, isReported) = (0L, 0, false);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                var others = OtherWriters > 0;
                if (others && !isReported) LogConcern(_logger, AnotherWriter);
                isReported = others;
                await WatchSchemaAsync(_stop.Token).ConfigureAwait(false);
                if (++looks % ForgetLooks != 0) continue;
                await TryForeseeAsync(_stop.Token).ConfigureAwait(false);
                if (_committer.Commits == seen) continue;
                seen = _committer.Commits;
                await TryForgetAsync().ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The store is closed.
        }
    }

    /// <summary>
    /// Stops all reads and writes if a newer program has migrated the schema to one that this program would misread or damage, as during a rolling
    /// upgrade. The next start reports the reason.
    /// </summary>
    private async Task WatchSchemaAsync(CancellationToken cancellationToken)
    {
        try
        {
            var found = await GetMetaAsync(SchemaState.MinimumReaderName, cancellationToken).ConfigureAwait(false);
            if (!int.TryParse(found, NumberStyles.None, CultureInfo.InvariantCulture, out var minimum)
                || minimum <= MigrationSet.Embedded.Newest) return;
            var error = PostgresMigrator.TooOld(_options.Schema, minimum, MigrationSet.Embedded.Newest);
            _pool.Refuse(error);
            await _writers.EmptyAsync().ConfigureAwait(false);
            LogOutdated(_logger, error.Message);
        }
        catch (Exception error) when (error is NexusException || PostgresErrors.Covers(error))
        {
            // An outage is noticed by those who read and write, and the refusal was logged.
        }
    }

    /// <summary>Apart from the rest: the first sums of a chat take as long as its figures do without them, several times.</summary>
    private async Task KeepSumsAsync()
    {
        using var timer = new PeriodicTimer(LookEvery, _clock);
        var looks = 0;
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                if (++looks % ForgetLooks == 0 && _committer.Commits > 0) await _summaries.FindAsync(_stop.Token).ConfigureAwait(false);
                await _summaries.RunAsync(_stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The store is closed.
        }
    }

    /// <summary>What cannot be foreseen now is seen when the trades come.</summary>
    private async Task TryForeseeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _partitions.ForeseeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is StoreUnavailableException)
        {
            LogConcern(_logger, $"could not check whether partitions of trades can be created: {PostgresErrors.Translate(error).Message}");
        }
    }

    private async Task TryForgetAsync()
    {
        try
        {
            await _commits.ForgetAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            LogForgetFailed(_logger, error);
        }
    }

    [LoggerMessage(EventId = 1304, Level = LogLevel.Critical, Message = "Reads and writes are refused from now on: {Reason}")]
    private static partial void LogOutdated(ILogger logger, string reason);
}
