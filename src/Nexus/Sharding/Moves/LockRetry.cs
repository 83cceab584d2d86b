using Nexus.Engine;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>
/// Takes locks that others hold for short: asks for a moment, so that nobody waits behind it for long, and lets the others go on in between.
/// </summary>
internal static class LockRetry
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <param name="take">A transaction that sets a short lock_timeout.</param>
    /// <param name="patience">How long it is tried.</param>
    /// <param name="retry">Waits in between.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StoreUnavailableException">The locks were not free within the time.</exception>
    public static async Task RunAsync(Func<Task> take, TimeSpan patience, Retry retry, CancellationToken cancellationToken)
    {
        async Task<bool> TakeAsync(CancellationToken _)
        {
            await take().ConfigureAwait(false);
            return true;
        }

        try
        {
            await retry.RunAsync(new RetryPolicy(FirstPause, LongestPause, Budget: patience), TakeAsync, IsBusy, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (PostgresException error) when (IsBusy(error))
        {
            throw new StoreUnavailableException(
                StoreUnavailableReason.TimedOut,
                $"the tables of a shard were in use without a pause for {patience.TotalSeconds:0} s: wait for the end of a backup, an export or a "
                    + "long list, and repeat the command", error);
        }
    }

    private static bool IsBusy(Exception error) =>
        error is PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected };
}
