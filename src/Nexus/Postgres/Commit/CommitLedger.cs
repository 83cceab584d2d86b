using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>The ledger's record of a batch whose response was lost.</summary>
/// <param name="IsCommitted">False: it never was, and cannot be any more.</param>
/// <param name="At">When it was committed.</param>
internal readonly record struct CommitStatus(bool IsCommitted, DateTimeOffset At);

/// <summary>
/// One row for each committed batch, in its own transaction, gives the commit status of a batch whose response was lost:
/// docs/decisions/0006-commit-ledger.md.
/// </summary>
internal sealed partial class CommitLedger(ICommitRows rows, TimeSpan budget, TimeProvider clock, ILogger logger, Retry? retry = null)
{
    private const string Note = "INSERT INTO nexus_commits (id) VALUES ($1)";

    /// <summary>The same on a shard, which checks that the buckets are its own.</summary>
    private const string NoteOnShard = "INSERT INTO nexus_commits (id, is_checked) VALUES ($1, nexus_hold_buckets($2))";

    private static readonly RetryPolicy Policy = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(250));

    private readonly Retry _retry = retry ?? new Retry(clock);

    /// <summary>Enters a batch in the ledger.</summary>
    /// <param name="id">The batch.</param>
    /// <param name="buckets">On a shard: the buckets that the batch writes to.</param>
    public static NpgsqlBatchCommand ToCommand(Guid id, int[]? buckets = null)
    {
        var command = new NpgsqlBatchCommand(buckets is null ? Note : NoteOnShard)
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = id, NpgsqlDbType = NpgsqlDbType.Uuid } },
        };
        if (buckets is not null)
            command.Parameters.Add(new NpgsqlParameter<int[]> { TypedValue = buckets, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer });
        return command;
    }

    /// <summary>Determines the commit status of a batch on a new connection, for as long as the budget allows.</summary>
    /// <exception cref="UnknownOutcomeException">The commit status could not be determined.</exception>
    public async Task<CommitStatus> FindOutAsync(Guid id, Exception lost)
    {
        // By the wall clock, which also counts the time in which a machine slept: after that the ledger may have forgotten the batch.
        var deadline = clock.GetUtcNow() + budget;
        try
        {
            // An old primary or a standby at the address of the primary knows nothing of the batch; the primary may come back.
            var status = await _retry.RunAsync(Policy, _ => rows.AskAsync(id, deadline), error =>
                (PostgresErrors.Covers(error) || error is StoreUnavailableException) && clock.GetUtcNow() < deadline,
                CancellationToken.None).ConfigureAwait(false);
            LogFound(logger, id, status.IsCommitted ? "was committed" : "was not committed");
            return status;
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is NexusException)
        {
            LogNotFound(logger, id, error);
            throw new UnknownOutcomeException(
                $"the connection broke during a commit, and its outcome could not be determined within {budget.TotalSeconds:0} s", lost);
        }
    }

    [LoggerMessage(EventId = 1110, Level = LogLevel.Warning, Message = "The response to batch {Batch} was lost; it {Fate}")]
    private static partial void LogFound(ILogger logger, Guid batch, string fate);

    [LoggerMessage(EventId = 1111, Level = LogLevel.Error,
        Message = "The response to batch {Batch} was lost, and its commit status could not be determined")]
    private static partial void LogNotFound(ILogger logger, Guid batch, Exception error);
}
