using Nexus.Engine;

namespace Nexus.Tests.Engine;

/// <summary>Until when rows in memory may be served. The times of a proof are tested with the cache that asks for it.</summary>
public sealed class CacheProofTests
{
    [Fact]
    public void A_store_that_nobody_else_changes_needs_no_notice()
    {
        CacheProof.Always.Extend(0);
        Assert.True(CacheProof.Always.IsProven);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_store_made_of_several_is_asked_at_each_read(bool isProven)
    {
        var isNow = isProven;
        var proof = new CacheProof(() => isNow);

        Assert.Equal(isProven, proof.IsProven);
        isNow = !isProven;
        Assert.Equal(!isProven, proof.IsProven);
    }

    [Fact]
    public void The_clock_of_the_machine_proves_nothing_before_the_first_notice()
    {
        var proof = new CacheProof(TimeProvider.System);
        Assert.False(proof.IsProven);

        proof.Extend(TimeProvider.System.GetTimestamp() - (10 * TimeProvider.System.TimestampFrequency));
        Assert.False(proof.IsProven);
        proof.Extend(TimeProvider.System.GetTimestamp() + (600 * TimeProvider.System.TimestampFrequency));
        Assert.True(proof.IsProven);
        proof.End();
        Assert.False(proof.IsProven);
    }
}
