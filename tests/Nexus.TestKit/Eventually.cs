namespace Nexus.TestKit;

/// <summary>For what happens soon, by other threads or processes.</summary>
public static class Eventually
{
    /// <summary>Waits until the condition holds.</summary>
    /// <param name="timeout">Only says when to give up, so it is generous: 60 s unless told otherwise.</param>
    /// <exception cref="TimeoutException">It did not.</exception>
    public static Task TrueAsync(Func<bool> condition, TimeSpan? timeout = null) => TrueAsync(() => Task.FromResult(condition()), timeout);

    /// <summary>Waits until the condition holds.</summary>
    /// <exception cref="TimeoutException">It did not.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? timeout = null)
    {
        using var cancellation = new CancellationTokenSource(timeout ?? TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            if (cancellation.IsCancellationRequested) throw new TimeoutException("the condition did not come true");
            await Task.Delay(20);
        }
    }
}
