using Nexus.Engine;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Simulation;

/// <summary>The replay does not ask the ledger about writes in doubt.</summary>
internal sealed class ReplayWithoutLedger : Plant
{
    public override ModelParts CreateParts(IModelLink link) => new Parts(link);

    private sealed class Parts(IModelLink link) : ModelParts(link)
    {
        public override Task<CommitStatus> FindOutAsync(CommitLedger ledger, Guid batch, Exception lost) => Task.FromResult(default(CommitStatus));
    }
}

/// <summary>The committer sends a batch again without asking the ledger what became of it.</summary>
internal sealed class ResendWithoutLooking : Plant
{
    public override ModelParts CreateParts(IModelLink link) => new Parts(link);

    private sealed class Parts(IModelLink link) : ModelParts(link)
    {
        public override ICommitRows CreateCommitRows() => new Blind();
    }

    private sealed class Blind : ICommitRows
    {
        public Task<CommitStatus> AskAsync(Guid batch, DateTimeOffset deadline) => Task.FromResult(default(CommitStatus));

        public Task ForgetAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>The committer asks the ledger, but the row that keeps a late batch out is not made.</summary>
internal sealed class LedgerWithoutFence : Plant
{
    public override ModelParts CreateParts(IModelLink link) => new Parts(link);

    private sealed class Parts(IModelLink link) : ModelParts(link)
    {
        public override ICommitRows CreateCommitRows() => new Unfenced(Link);
    }

    private sealed class Unfenced(IModelLink link) : ICommitRows
    {
        public async Task<CommitStatus> AskAsync(Guid batch, DateTimeOffset deadline)
        {
            var at = await link.CallAsync("peek at a batch", server => Task.FromResult(server.Peek(batch)), default).ConfigureAwait(false);
            return new CommitStatus(at is not null, at ?? default);
        }

        public Task ForgetAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>A connection that broke during a commit is taken for one that broke before it.</summary>
internal sealed class LostAnswerTakenForRefusal : Plant
{
    public override ModelParts CreateParts(IModelLink link) => new Parts(link);

    private sealed class Parts(IModelLink link) : ModelParts(link)
    {
        public override IBatchExecutor CreateExecutor(ChangeNotice notice) => new Guessing(new ModelBatchExecutor(Link));
    }

    private sealed class Guessing(ModelBatchExecutor real) : IBatchExecutor
    {
        public async Task<WriteOutcome?[]> ExecuteAsync(PostgresBatch batch, ExecutionMode execution, TransactionMode transaction,
            CancellationToken cancellationToken)
        {
            try
            {
                return await real.ExecuteAsync(batch, execution, transaction, cancellationToken).ConfigureAwait(false);
            }
            catch (ConnectionBrokenException broken)
            {
                throw new ConnectionBrokenException(broken.Reason, atCommit: null);
            }
        }
    }
}

/// <summary>Every second batch locks its rows in the opposite order.</summary>
internal sealed class LockOrderSwapped : Plant
{
    private int _batches;

    public override ModelParts CreateParts(IModelLink link) => new Parts(link, this);

    private sealed class Parts(IModelLink link, LockOrderSwapped plant) : ModelParts(link)
    {
        public override IBatchExecutor CreateExecutor(ChangeNotice notice) => new Executor(Link, plant);
    }

    private sealed class Executor(IModelLink link, LockOrderSwapped plant) : IBatchExecutor
    {
        public async Task<WriteOutcome?[]> ExecuteAsync(PostgresBatch batch, ExecutionMode execution, TransactionMode transaction,
            CancellationToken cancellationToken)
        {
            var isSwapped = plant._batches++ % 2 == 0;
            return await ModelBatchExecutor.SendAsync(link, batch, server => ModelBatchExecutor.RunAsync(
                server, batch, transaction, keys => isSwapped ? [.. keys.Reverse()] : keys)).ConfigureAwait(false);
        }
    }
}

/// <summary>Other instances are told before the commit, and read what was there before.</summary>
internal sealed class NoticeBeforeCommit : Plant
{
    public override ModelParts CreateParts(IModelLink link) => new Parts(link);

    private sealed class Parts(IModelLink link) : ModelParts(link)
    {
        public override bool AnnouncesAfterCommit => false;

        public override IBatchExecutor CreateExecutor(ChangeNotice notice) => new Executor(Link);
    }

    private sealed class Executor(IModelLink link) : IBatchExecutor
    {
        public async Task<WriteOutcome?[]> ExecuteAsync(PostgresBatch batch, ExecutionMode execution, TransactionMode transaction,
            CancellationToken cancellationToken) =>
            await ModelBatchExecutor.SendAsync(link, batch, server =>
            {
                foreach (var payload in ModelBatchExecutor.PayloadsOf(batch)) server.Notify(payload, process: -1);
                return ModelBatchExecutor.RunAsync(server, batch, transaction, isAnnounced: false);
            }).ConfigureAwait(false);
    }
}
