using Nexus.Errors;

namespace Nexus.Postgres;

/// <summary>The call was routed by an old map: nothing was read or written, and it must be routed again.</summary>
internal sealed class StaleShardMapException(string message, Exception? inner = null) : NexusException("unavailable", message, inner)
{
    /// <summary>SQLSTATE of <c>nexus_hold_buckets</c>.</summary>
    public const string SqlState = "NX421";

    public override bool IsTransient => true;
}
