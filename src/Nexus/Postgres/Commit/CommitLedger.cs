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
internal sealed partial class CommitLedger(ConnectionPool pool, SchemaNames names, TimeSpan budget, TimeProvider clock, ILogger logger,
    Retry? retry = null)
{
    // The notice rides along: as a statement of its own it would cost a lone save a tenth.
    private const string Note = $"INSERT INTO nexus_commits (id) VALUES ($1) RETURNING pg_notify('{ChangeNotice.Channel}', $2)";

    // A lost transaction that still runs makes this wait for its end; one that comes later fails on the row made here. The row's missing time
    // tells it from a commit, should the answer to this be lost as well.
    private const string Ask = """
        INSERT INTO nexus_commits AS c (id, committed_at) VALUES ($1, NULL)
        ON CONFLICT (id) DO UPDATE SET committed_at = c.committed_at RETURNING c.committed_at
        """;

    // The ids are made from the clock, so those that may be old enough are the first of the primary key.
    private const string Forget = """
        DELETE FROM nexus_commits WHERE id = ANY (ARRAY(
            SELECT id FROM nexus_commits
            WHERE id < $1 AND coalesce(committed_at < now() - interval '1 hour', id < $2)
            ORDER BY id LIMIT 5000))
        """;

    private const int LargestForget = 5000;

    private static readonly RetryPolicy Policy = new(TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(250));

    private readonly Retry _retry = retry ?? new Retry(clock);

    /// <summary>The last statement of a batch.</summary>
    public static NpgsqlBatchCommand ToCommand(Guid id, ReadOnlyMemory<byte> notice) => new(Note)
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = id, NpgsqlDbType = NpgsqlDbType.Uuid },
            new NpgsqlParameter<ReadOnlyMemory<byte>> { TypedValue = notice, NpgsqlDbType = NpgsqlDbType.Text },
        },
    };

    /// <summary>Determines the commit status of a batch on a new connection, for as long as the budget allows.</summary>
    /// <exception cref="UnknownOutcomeException">The commit status could not be determined.</exception>
    public async Task<CommitStatus> FindOutAsync(Guid id, Exception lost)
    {
        // By the wall clock, which also counts the time in which a machine slept: after that the ledger may have forgotten the batch.
        var deadline = clock.GetUtcNow() + budget;
        try
        {
            var status = await _retry.RunAsync(Policy, _ => AskAsync(id, deadline), error =>
                PostgresErrors.Covers(error) && clock.GetUtcNow() < deadline, CancellationToken.None).ConfigureAwait(false);
            LogFound(logger, id, status.IsCommitted ? "was committed" : "was not committed");
            return status;
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            LogNotFound(logger, id, error);
            throw new UnknownOutcomeException(
                $"the connection broke during a commit, and its outcome could not be determined within {budget.TotalSeconds:0} s", lost);
        }
    }

    /// <summary>Deletes rows that are no longer needed, some at a time.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        int deleted;
        do
        {
            var connection = await pool.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var close = connection.ConfigureAwait(false);
            using var batch = connection.CreateBatch();
            batch.BatchCommands.Add(new NpgsqlBatchCommand(names.Qualify(Forget))
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid> { TypedValue = UuidV7.New(now.AddHours(-1)), NpgsqlDbType = NpgsqlDbType.Uuid },
                    new NpgsqlParameter<Guid> { TypedValue = UuidV7.New(now.AddDays(-1)), NpgsqlDbType = NpgsqlDbType.Uuid },
                },
            });
            deleted = await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
        while (deleted == LargestForget);
    }

    private async Task<CommitStatus> AskAsync(Guid id, DateTimeOffset deadline)
    {
        var connection = await pool.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        await using var close = connection.ConfigureAwait(false);
        using var batch = connection.CreateBatch();
        batch.Timeout = (int)Math.Max(1, Math.Ceiling((deadline - clock.GetUtcNow()).TotalSeconds));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(names.Qualify(Ask))
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = id, NpgsqlDbType = NpgsqlDbType.Uuid } },
        });
        var reader = await batch.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var end = reader.ConfigureAwait(false);
        await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        var at = reader.GetInstantOrNull(0);
        await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false);
        return new CommitStatus(at is not null, at ?? default);
    }

    [LoggerMessage(EventId = 1110, Level = LogLevel.Warning, Message = "The response to batch {Batch} was lost; it {Fate}")]
    private static partial void LogFound(ILogger logger, Guid batch, string fate);

    [LoggerMessage(EventId = 1111, Level = LogLevel.Error,
        Message = "The response to batch {Batch} was lost, and its commit status could not be determined")]
    private static partial void LogNotFound(ILogger logger, Guid batch, Exception error);
}
