using Nexus.Engine;

namespace Nexus.StoreContract;

/// <summary>What a store promises that several instances may have open at once.</summary>
public abstract class SharedStoreContract : StoreContract
{
    [Fact]
    public async Task Another_instance_learns_of_a_change()
    {
        await using var other = await Home.OpenStoreAsync();
        using var subscription = other.Changes.Subscribe();

        // The other listens soon after it was opened, so changes go on until one arrives.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var writing = WriteAsync(stop.Token);
        await ChangeFeedContract.ReadUntilAsync(subscription, changes => ChangeFeedContract.Names(changes, "sessions", "1"));
        await stop.CancelAsync();
        await writing;

        async Task WriteAsync(CancellationToken cancellation)
        {
            while (!cancellation.IsCancellationRequested)
            {
                await ApplyAsync(Make.Session("1"));
                await Task.Delay(50, CancellationToken.None);
            }
        }
    }

    [Fact]
    public async Task Instances_that_write_the_same_records_see_each_other_s_versions()
    {
        await using var other = await Home.OpenStoreAsync();

        await Task.WhenAll(new[] { Store, other }.Select(async store =>
        {
            for (var i = 0; i < 25; i++)
                AssertStatus(WriteStatus.Applied, Assert.Single(await store.ApplyAsync([Make.Session("1")], atomic: false, Token)));
        }));

        Assert.Equal(50, (await SessionAsync("1"))!.Version);
        Assert.Equal(50, Assert.Single(await other.GetSessionsAsync(["1"], Token)).Version);
    }
}
