using Nexus.Engine;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>The table <c>nexus_commits</c>: docs/decisions/0006-commit-ledger.md.</summary>
internal sealed class CommitRows(ConnectionPool pool, SchemaNames names, TimeProvider clock) : ICommitRows
{
    /// <summary>When a batch was committed; a batch that is not cannot be any more.</summary>
    // A lost transaction that still runs makes this wait for its end; one that comes later fails on the row made here. The row's missing time
    // tells it from a commit, should the answer to this be lost as well.
    public const string Ask = """
        INSERT INTO nexus_commits AS c (id, committed_at) VALUES ($1, NULL)
        ON CONFLICT (id) DO UPDATE SET committed_at = c.committed_at RETURNING c.committed_at
        """;

    // The ids are made from the clock, so those that may be old enough are the first of the primary key.
    private const string Forget = """
        DELETE FROM nexus_commits WHERE id = ANY (ARRAY(
            SELECT id FROM nexus_commits
            WHERE id < $1 AND (committed_at < now() - interval '1 hour' OR (committed_at IS NULL AND id < $2))
            ORDER BY id LIMIT 5000))
        """;

    private const int LargestForget = 5000;

    public async Task<CommitStatus> AskAsync(Guid batch, DateTimeOffset deadline)
    {
        var connection = await pool.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        await using var close = connection.ConfigureAwait(false);
        using var command = connection.CreateBatch();
        command.Timeout = (int)Math.Max(1, Math.Ceiling((deadline - clock.GetUtcNow()).TotalSeconds));
        command.BatchCommands.Add(new NpgsqlBatchCommand(names.Qualify(Ask))
        {
            Parameters = { new NpgsqlParameter<Guid> { TypedValue = batch, NpgsqlDbType = NpgsqlDbType.Uuid } },
        });
        var reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        await using var end = reader.ConfigureAwait(false);
        await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        var at = reader.GetInstantOrNull(0);
        await reader.NextResultAsync(CancellationToken.None).ConfigureAwait(false);
        connection.ThrowIfReplaced();
        return new CommitStatus(at is not null, at ?? default);
    }

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
}
