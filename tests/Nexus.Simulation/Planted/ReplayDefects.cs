using Nexus.Postgres;

namespace Nexus.Simulation;

/// <summary>The replay commits its writes without moving its position.</summary>
internal sealed class PositionNotMoved : Plant
{
    public override ModelParts CreateParts(IModelLink link) => new Parts(link);

    private sealed class Parts(IModelLink link) : ModelParts(link)
    {
        public override IReplayTransaction WrapReplay(IReplayTransaction transaction) => Intercepted<IReplayTransaction>.Over(transaction,
            (member, arguments, real) => member == nameof(IReplayTransaction.CommitAsync)
                ? transaction.CommitAsync((string)arguments[0]!, (long)arguments[1]!, (long)arguments[1]!)
                : real());
    }
}

/// <summary>The replay does not raise versions to those that were reported.</summary>
internal sealed class VersionsNotRaised : Plant
{
    public override ModelParts CreateParts(IModelLink link) => new Parts(link);

    private sealed class Parts(IModelLink link) : ModelParts(link)
    {
        public override IReplayTransaction WrapReplay(IReplayTransaction transaction) => Intercepted<IReplayTransaction>.Over(transaction,
            (member, _, real) => member == nameof(IReplayTransaction.RaiseVersionsAsync) ? Task.CompletedTask : real());
    }
}

/// <summary>The disk acknowledges a sync of the outbox and does it some seconds later.</summary>
internal sealed class SyncNotDone : Plant
{
    public override ModelDisk CreateDisk(Scheduler scheduler, Dice dice, string root, string name) => new Lazy(scheduler, dice, root, name);

    private sealed class Lazy(Scheduler scheduler, Dice dice, string root, string name) : ModelDisk(scheduler, dice, root, name)
    {
        private readonly Scheduler _scheduler = scheduler;

        protected override void Sync(long length) => _scheduler.After(TimeSpan.FromSeconds(5), null, null, () => Synced = Math.Max(Synced, length));
    }
}
