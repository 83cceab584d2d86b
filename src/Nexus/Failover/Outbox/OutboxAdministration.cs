using Nexus.Sqlite;

namespace Nexus.Failover;

/// <summary>The administration of one outbox.</summary>
internal sealed class OutboxAdministration(SqliteStore local, Outbox outbox, TimeProvider clock, Action wake) : IOutboxAdministration
{
    public Task<List<OutboxConflict>> ListConflictsAsync(long after, int limit, CancellationToken cancellationToken) =>
        local.ReadAsync(connection => OutboxLists.Conflicts(connection, after, limit), cancellationToken);

    public Task<List<QuarantinedWrite>> ListQuarantinedAsync(long after, int limit, CancellationToken cancellationToken) =>
        local.ReadAsync(connection => OutboxLists.Quarantined(connection, after, limit), cancellationToken);

    public Task<bool> ResolveAsync(long id, ConflictWinner keep, CancellationToken cancellationToken) =>
        ChangeAsync(connection => DeadLetters.Resolve(connection, id, keep, clock.GetUtcNow(), outbox.Seal), cancellationToken);

    public Task<bool> ReleaseAsync(long id, bool retry, CancellationToken cancellationToken) =>
        ChangeAsync(connection => DeadLetters.Release(connection, id, retry, outbox.Seal), cancellationToken);

    public async Task<int> ForgetAsync(string chat, bool isPreview, CancellationToken cancellationToken)
    {
        var found = await local.TransactAsync(
            transaction => DeadLetters.Forget(transaction.Connection, chat, isPreview), writes: 1, cancellationToken).ConfigureAwait(false);
        await outbox.CountAsync(cancellationToken).ConfigureAwait(false);
        return found;
    }

    private async Task<bool> ChangeAsync(Func<SqliteSession, bool> change, CancellationToken cancellationToken)
    {
        var found = await local.TransactAsync(transaction => change(transaction.Connection), writes: 1, cancellationToken).ConfigureAwait(false);
        await outbox.CountAsync(cancellationToken).ConfigureAwait(false);
        if (found) wake();
        return found;
    }
}
