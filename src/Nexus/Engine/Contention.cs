using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Engine;

/// <summary>Repeats writes that depend on a version that was read before.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class Contention
{
    /// <summary>The most attempts: a record that changes during all of them is not written.</summary>
    public const int MaxAttempts = 10;

    private static readonly RetryPolicy Policy = new(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(128), MaxAttempts);

    /// <summary>Reads and writes until no other write interferes, at most <see cref="MaxAttempts"/> times.</summary>
    /// <param name="attempt">Reads again and writes; the cached row was dropped when the store refused the previous attempt.</param>
    /// <param name="mayRepeat">False where the caller named the version.</param>
    /// <param name="clock">Waits between the attempts, longer each time and unevenly.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="NexusConflictException">The record kept changing, or may not be tried again.</exception>
    public static Task<T> WriteAsync<T>(Func<Task<T>> attempt, bool mayRepeat, TimeProvider clock, CancellationToken cancellationToken) =>
        WriteAsync(attempt, mayRepeat, new Retry(clock), cancellationToken);

    /// <inheritdoc cref="WriteAsync{T}(Func{Task{T}}, bool, TimeProvider, CancellationToken)"/>
    internal static async Task<T> WriteAsync<T>(Func<Task<T>> attempt, bool mayRepeat, Retry retry, CancellationToken cancellationToken)
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
