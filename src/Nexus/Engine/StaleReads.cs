using Nexus.Errors;

namespace Nexus.Engine;

/// <summary>
/// Lets standbys of PostgreSQL serve some reads of one caller: sessions, trades, performance figures and lists of users, which may then be older than
/// the last write. Access checks, API keys, claims of tasks, signals and writes always ask the primary.
/// </summary>
/// <remarks>
/// Only where <see cref="NexusOptions.Database"/> names several hosts. A standby that is further behind, cannot be reached or follows another primary
/// is passed over, and the primary serves. Docs: failover.md.
/// </remarks>
public static class StaleReads
{
    private static readonly TimeSpan Most = TimeSpan.FromHours(1);

    private static readonly AsyncLocal<TimeSpan?> Allowed = new();
    private static readonly AsyncLocal<bool> Permitted = new();

    /// <summary>Allows it for the calls that follow in this flow of control, until disposed of.</summary>
    /// <param name="maxStaleness">How old what is read may be at most, above zero and up to one hour.</param>
    /// <exception cref="NexusValidationException">The age is outside its limits.</exception>
    /// <example><code>
    /// using (StaleReads.Allow(TimeSpan.FromSeconds(5)))
    /// {
    ///     await foreach (var session in db.Sessions.ListAsync(mode: "PILOT")) { … }
    /// }
    /// </code></example>
    public static IDisposable Allow(TimeSpan maxStaleness)
    {
        if (maxStaleness <= TimeSpan.Zero || maxStaleness > Most)
            throw new NexusValidationException("maxStaleness", $"must be above zero and at most {Most.TotalHours:0} hour");
        var scope = new Scope(Allowed.Value);
        Allowed.Value = maxStaleness;
        return scope;
    }

    /// <summary>How old the read that runs now may be; null: not at all.</summary>
    internal static TimeSpan? Limit => Permitted.Value ? Allowed.Value : null;

    /// <summary>Whether the caller has allowed it at all.</summary>
    internal static bool AreAllowed => Allowed.Value is not null;

    /// <summary>The read that the calling asynchronous method makes may be served by a standby. Ends with that method.</summary>
    internal static void Permit() => Permitted.Value = true;

    /// <summary>What the calling asynchronous method reads must come from the primary.</summary>
    internal static void Forbid() => Permitted.Value = false;

    private sealed class Scope(TimeSpan? before) : IDisposable
    {
        public void Dispose() => Allowed.Value = before;
    }
}
