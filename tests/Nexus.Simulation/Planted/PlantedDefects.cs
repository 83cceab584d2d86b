namespace Nexus.Simulation;

/// <summary>Defects that were planted to show that the simulation finds such.</summary>
internal static class PlantedDefects
{
    private static readonly Dictionary<string, (long? Seed, Func<Plant> Create)> ByName = new(StringComparer.Ordinal)
    {
        ["replay-without-ledger"] = (212, () => new ReplayWithoutLedger()),
        ["resend-without-looking"] = (3, () => new ResendWithoutLooking()),
        ["ledger-without-fence"] = (3, () => new LedgerWithoutFence()),
        ["lost-answer-taken-for-refusal"] = (3, () => new LostAnswerTakenForRefusal()),
        ["lock-order-swapped"] = (null, () => new LockOrderSwapped()),
        ["notice-before-commit"] = (null, () => new NoticeBeforeCommit()),
        ["position-not-moved"] = (5, () => new PositionNotMoved()),
        ["versions-not-raised"] = (4, () => new VersionsNotRaised()),
        ["sync-not-done"] = (20, () => new SyncNotDone()),
        ["older-load"] = (1, () => new OlderLoad()),
        ["own-writes-too-late"] = (1, () => new OwnWritesTooLate()),
        ["end-by-local-clock"] = (34, () => new EndByLocalClock()),
        ["heartbeat-not-heard"] = (null, () => new HeartbeatNotHeard()),
        ["commits-not-announced"] = (3, () => new CommitsNotAnnounced()),
        ["fence-not-checked"] = (1, () => new FenceNotChecked()),
        ["timeline-not-checked"] = (6, () => new TimelineNotChecked()),
        ["timeline-forgotten"] = (295, () => new TimelineForgotten()),
        ["late-response-counted"] = (38, () => new LateResponseCounted()),
        ["unknown-taken-for-refused"] = (3, () => new UnknownTakenForRefused()),
        ["hold-not-taken"] = (1, () => new HoldNotTaken()),
        ["buckets-not-checked"] = (1, () => new BucketsNotChecked()),
        ["settlement-forgets-rows"] = (4, () => new SettlementForgetsRows()),
        ["later-notes-removed"] = (2, () => new LaterNotesRemoved()),
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>
    /// A seed that showed the defect when it was recorded, so that a search begins there. A later change of the engine or of the model gives the seed
    /// another execution; the search then goes on from seed 1. Null where none is recorded: only <c>./test --simulate N</c> searches for it.
    /// </summary>
    public static long? SeedOf(string name) => ByName[name].Seed;

    /// <summary>A new one for each execution: some of them count.</summary>
    public static Plant Create(string name) => ByName[name].Create();
}
