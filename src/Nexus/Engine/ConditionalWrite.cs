namespace Nexus.Engine;

/// <summary>A write that may name the version that it holds over.</summary>
/// <param name="ExpectedVersion">Null: whatever is stored. 0: only where there is none. Else: only over this version.</param>
internal abstract record ConditionalWrite(long? ExpectedVersion) : Write
{
    public sealed override bool KeepsVersion => false;

    public sealed override Write WithoutCondition() => ExpectedVersion is null ? this : this with { ExpectedVersion = null };

    public sealed override Write ExpectingAbsence() => Replay == ReplayRule.NewerWins && !IsRemoval ? this with { ExpectedVersion = 0 } : this;
}
