using Nexus.Errors;

namespace Nexus.Operations.Leadership;

/// <summary>This instance is no longer the leader, or cannot prove that it is. The job must stop; nothing else is wrong.</summary>
public sealed class LeadershipLostException(string name, long epoch)
    : NexusException($"this instance no longer holds the lease {name} of epoch {epoch}; another instance may run its jobs")
{
    /// <summary>What the instance was the leader for.</summary>
    public string Name => name;

    /// <summary>The epoch of the lost lease.</summary>
    public long Epoch => epoch;
}
