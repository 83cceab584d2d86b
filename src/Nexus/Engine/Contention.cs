using Nexus.Errors;

namespace Nexus.Engine;

/// <summary>Writes that are made from what was read before and hold only over that: the one place that repeats them.</summary>
internal static class Contention
{
    /// <summary>A record that changes during so many attempts is not written: what never succeeds must not go on for ever.</summary>
    public const int MaxAttempts = 10;

    private static readonly RetryPolicy Policy = new(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(128), MaxAttempts);

    /// <summary>Reads and writes until no other write came between, at most <see cref="MaxAttempts"/> times.</summary>
    /// <param name="attempt">Reads anew and writes; what is cached was dropped when the store refused the attempt before.</param>
    /// <param name="mayRepeat">False where the caller named the version.</param>
    /// <param name="clock">Waits between the attempts, longer each time and unevenly.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NexusConflictException">The record kept changing, or may not be tried again.</exception>
    public static Task<T> WriteAsync<T>(Func<Task<T>> attempt, bool mayRepeat, TimeProvider clock, CancellationToken cancellationToken) =>
        WriteAsync(attempt, mayRepeat, new Retry(clock), cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}(Func{Task{T}}, bool, TimeProvider, CancellationToken)"/>
    public static async Task<T> WriteAsync<T>(Func<Task<T>> attempt, bool mayRepeat, Retry retry, CancellationToken cancellationToken)
    {
        try
        {
            return await retry.RunAsync(Policy, _ => attempt(), error =>
                mayRepeat && error is NexusConflictException, cancellationToken).ConfigureAwait(false);
        }
        catch (NexusConflictException error) when (mayRepeat)
        {
            throw new NexusConflictException(error, MaxAttempts);
        }
    }
}
