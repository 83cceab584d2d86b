using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>
/// An atomic batch over several shards: docs/decisions/0042-batches-over-shards.md. Shards of one database share a transaction. Each further server
/// prepares its own; the commit of the home shard's transaction is the decision, and then the others commit.
/// </summary>
/// <param name="mapId">Identifies the sharded database.</param>
/// <param name="home">The home shard.</param>
/// <param name="logger">Receives what could not be ended.</param>
/// <param name="clock">Measures waits.</param>
/// <param name="reached">Told of each stage.</param>
internal sealed partial class SpanningBatch(Guid mapId, IShardStore home, ILogger logger, TimeProvider clock, Action<BatchStage>? reached)
{
    /// <summary>How often a batch is tried that loses against other transactions.</summary>
    private static readonly RetryPolicy Policy = new(TimeSpan.FromMilliseconds(8), TimeSpan.FromMilliseconds(512), MaxAttempts: 6);

    /// <summary>Applies all writes or none.</summary>
    /// <param name="shards">The parts, in the order of their shards.</param>
    /// <param name="count">How many writes the batch has.</param>
    /// <param name="isTrial">Only finds out which writes would be refused.</param>
    /// <param name="cancellationToken">Ends waits before anything is sent.</param>
    /// <returns>The outcome of each write; null for a write of no part.</returns>
    public async Task<WriteOutcome?[]> ApplyAsync(IReadOnlyList<ShardPart> shards, int count, bool isTrial, CancellationToken cancellationToken)
    {
        RetryAttempts? attempts = null;
        while (true)
        {
            var outcomes = new WriteOutcome?[count];
            try
            {
                await AttemptAsync(shards, outcomes, isTrial, cancellationToken).ConfigureAwait(false);
                if (shards.All(shard => Array.TrueForAll(shard.Places, place => outcomes[place] is not null))) return outcomes;
                attempts ??= new Retry(clock).Begin(Policy);
                if (!attempts.MayRepeat) throw new StoreUnavailableException(StoreUnavailableReason.TimedOut,
                    $"gave up after {attempts.Number} attempts: a record kept changing");
            }
            catch (Exception error) when (PostgresErrors.Covers(error))
            {
                // Nothing is applied: what is of unknown outcome was translated before.
                attempts ??= new Retry(clock).Begin(Policy);
                if (!PostgresErrors.IsTransient(error) || !attempts.MayRepeat) throw Translate(error);
            }
            await attempts.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task AttemptAsync(
        IReadOnlyList<ShardPart> shards, WriteOutcome?[] outcomes, bool isTrial, CancellationToken cancellationToken)
    {
        var id = UuidV7.New();
        var parts = Divide(shards, id);
        var (others, last) = (parts[..^1], parts[^1]);
        try
        {
            // One after the other, always in the same order: two batches never wait for each other on two servers, which no server would notice.
            foreach (var part in parts) await part.ExecuteAsync(outcomes, cancellationToken).ConfigureAwait(false);
            reached?.Invoke(BatchStage.Executed);
            if (isTrial || !shards.All(shard => Array.TrueForAll(shard.Places, place => outcomes[place] is { IsApplied: true })))
            {
                await RollBackAsync(parts).ConfigureAwait(false);
                for (var n = 0; n < outcomes.Length; n++)
                    if (outcomes[n] is { IsApplied: true }) outcomes[n] = WriteOutcome.RolledBack;
                return;
            }
            await last.NoteAsync(id).ConfigureAwait(false);
            if (others.Length > 0) await last.DecideAsync(id, Array.ConvertAll(others, part => part.Server)).ConfigureAwait(false);
            foreach (var part in others)
            {
                await part.PrepareAsync().ConfigureAwait(false);
                reached?.Invoke(BatchStage.Prepared);
            }
            await CommitAsync(last, id).ConfigureAwait(false);
        }
        catch (UnknownOutcomeException)
        {
            // The settlement asks the home shard as soon as it can be reached.
            foreach (var part in parts) await part.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        catch
        {
            await RollBackAsync(parts).ConfigureAwait(false);
            throw;
        }
        reached?.Invoke(BatchStage.Decided);
        await EndAsync(id, others).ConfigureAwait(false);
        await last.DisposeAsync().ConfigureAwait(false);
        foreach (var shard in shards) shard.Store.PublishPart(shard.Writes, Array.ConvertAll(shard.Places, place => outcomes[place]!.Value));
    }

    /// <summary>The servers by their numbers, the home shard's last. If there is only one, it needs no decision.</summary>
    private ServerPart[] Divide(IReadOnlyList<ShardPart> shards, Guid id)
    {
        var servers = shards.ToLookup(shard => shard.Server);
        if (servers.Count == 1) return [new ServerPart(shards[0].Server, shards[0].Store, shards, name: null)];
        return
        [
            .. servers.Where(server => server.Key != 0).OrderBy(server => server.Key).Select(server =>
                new ServerPart(server.Key, server.First().Store, [.. server], PreparedName.Of(mapId, server.Key, id))),
            new ServerPart(0, home, [.. servers[0]], name: null),
        ];
    }

    /// <summary>Commits the last part. If the response is lost, the ledger tells; a commit that it does not know cannot happen any more.</summary>
    private static async Task CommitAsync(ServerPart last, Guid id)
    {
        try
        {
            await last.CommitAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (Refusals.IsConnectionBroken(error))
        {
            if (!(await last.Store.FindOutAsync(id, error).ConfigureAwait(false)).IsCommitted) throw;
        }
    }

    /// <summary>The batch is committed: the other servers follow. One that does not respond is left to the settlement.</summary>
    private async Task EndAsync(Guid id, ServerPart[] others)
    {
        var isWhole = true;
        foreach (var part in others)
        {
            try
            {
                await part.CommitPreparedAsync().ConfigureAwait(false);
                reached?.Invoke(BatchStage.Committed);
            }
            catch (Exception error) when (PostgresErrors.Covers(error))
            {
                isWhole = false;
                LogLeft(logger, id, part.Server, PostgresErrors.Translate(error).Message);
            }
            await part.DisposeAsync().ConfigureAwait(false);
        }
        if (!isWhole || others.Length == 0) return;
        try
        {
            await home.ForgetDecisionAsync(id).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is NexusException)
        {
            // The settlement finds that nothing is left to do.
        }
    }

    private static async Task RollBackAsync(ServerPart[] parts)
    {
        // The one that decides first: without its transaction nothing of the batch can be committed.
        foreach (var part in Enumerable.Reverse(parts)) await part.RollBackAsync().ConfigureAwait(false);
    }

    private static NexusException Translate(Exception error) => error is PostgresException
    {
        SqlState: PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.ObjectNotInPrerequisiteState, Routine: "MarkAsPreparing",
    }
        ? new StoreUnavailableException(StoreUnavailableReason.TooManyConnections,
            "a server of the shards has no room for another prepared transaction: raise max_prepared_transactions there, to at least the number of "
                + "connections of all instances", error)
        : PostgresErrors.Translate(error);

    [LoggerMessage(EventId = 1763, Level = LogLevel.Warning,
        Message = "Batch {Batch} is committed, but server {Server} of the shards has not applied its part yet: {Reason}")]
    private static partial void LogLeft(ILogger logger, Guid batch, int server, string reason);
}
