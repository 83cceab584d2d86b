namespace Nexus.Engine;

/// <summary>A write that may expect a version.</summary>
/// <param name="ExpectedVersion">Null: any version. 0: only if there is no record. Otherwise: only this version.</param>
internal abstract record ConditionalWrite(long? ExpectedVersion) : Write
{
    internal sealed override bool KeepsVersion => false;

    internal sealed override Write WithoutCondition() => ExpectedVersion is null ? this : this with { ExpectedVersion = null };

    internal sealed override Write ExpectingAbsence() => Replay == ReplayRule.NewerWins && !IsRemoval ? this with { ExpectedVersion = 0 } : this;
}
