using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Sharding;

/// <summary>
/// The right to move buckets, which one process has at a time: a lock on the home shard that ends with the process. And the note of the move that
/// runs or was interrupted.
/// </summary>
internal sealed class MoveJournal : IAsyncDisposable
{
    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(5);

    private readonly IShardSession _home;
    private readonly SemaphoreSlim _gate = new(1);
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly TimeProvider _clock;
    private Task _living = Task.CompletedTask;

    private MoveJournal(IShardSession home, TimeProvider clock) => (_home, _clock) = (home, clock);

    /// <summary>Ends when the lock is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Takes the right to move buckets; null where another process has it.</summary>
    public static async Task<MoveJournal?> TryOpenAsync(IMoveShards shards, TimeProvider clock, CancellationToken cancellationToken)
    {
        var home = await shards.OpenAsync(0, cancellationToken).ConfigureAwait(false);
        try
        {
            if (await home.TryLockMovesAsync(cancellationToken).ConfigureAwait(false))
            {
                var journal = new MoveJournal(home, clock);
                journal._living = journal.LiveAsync();
                return journal;
            }
        }
        catch
        {
            await home.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        await home.DisposeAsync().ConfigureAwait(false);
        return null;
    }

    /// <summary>The note; null if there is none.</summary>
    public Task<ShardMove?> FindAsync(CancellationToken cancellationToken) =>
        UseAsync(() => _home.FindMoveAsync(cancellationToken), cancellationToken);

    /// <summary>Notes a move before anything is changed for it.</summary>
    public Task BeginAsync(ShardMove move, CancellationToken cancellationToken) =>
        UseAsync(() => _home.NoteMoveAsync(move, cancellationToken), cancellationToken);

    /// <summary>Gives an interrupted move another id, so that its process, should it still run, can no longer change anything.</summary>
    public async Task<ShardMove> TakeOverAsync(ShardMove move)
    {
        var taken = move with { Id = Guid.NewGuid() };
        // Waits for the last step of that process.
        await UseAsync(() => _home.RenameMoveAsync(move.Id, taken.Id), CancellationToken.None).ConfigureAwait(false);
        return taken;
    }

    /// <summary>Removes the note when nothing of the move is left to do.</summary>
    public Task EndAsync(ShardMove move) => UseAsync(() => _home.ForgetMoveAsync(move.Id), CancellationToken.None);

    /// <summary>Ends a transaction that the move must not commit if its note is another's by now.</summary>
    public static async Task RequireAsync(IShardSession home, ShardMove move)
    {
        if (!await home.HoldMoveAsync(move.Id).ConfigureAwait(false)) throw Taken();
    }

    public static NexusStateException Taken() => new("the move", "was taken over by another process");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _living.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _home.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
        _stop.Dispose();
        _lost.Dispose();
    }

    private async Task LiveAsync()
    {
        using var timer = new PeriodicTimer(SignOfLife, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
                await UseAsync(_home.SignalLifeAsync, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            await _lost.CancelAsync().ConfigureAwait(false);
        }
    }

    private Task<bool> UseAsync(Func<Task> use, CancellationToken cancellationToken) => UseAsync(async () =>
    {
        await use().ConfigureAwait(false);
        return true;
    }, cancellationToken);

    private async Task<T> UseAsync<T>(Func<Task<T>> use, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await use().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }
}
