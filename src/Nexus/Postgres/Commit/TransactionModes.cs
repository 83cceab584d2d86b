using Nexus.Engine;

namespace Nexus.Postgres;

internal static class TransactionModes
{
    /// <summary>Whether a transaction with these outcomes is committed.</summary>
    public static bool Keeps(this TransactionMode mode, WriteOutcome?[] outcomes) => mode switch
    {
        TransactionMode.Commit => Array.Exists(outcomes, static outcome => outcome is { IsApplied: true }),
        TransactionMode.CommitIfAllApplied => Array.TrueForAll(outcomes, static outcome => outcome is { IsApplied: true }),
        TransactionMode.RollBack => false,
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };
}
