namespace Nexus.Operations.Leadership;

/// <summary>This instance is no longer the leader, or cannot prove that it is. The job must stop; nothing else is wrong.</summary>
public sealed class LeadershipLostException : Exception
{
    /// <summary>Creates the exception with the name and the epoch of the lease.</summary>
    public LeadershipLostException(string name, long epoch, Exception? inner = null)
        : base($"this instance no longer holds the lease {name} of epoch {epoch}; another instance may run its jobs", inner) =>
        (Name, Epoch) = (name, epoch);

    /// <summary>What the instance was the leader for.</summary>
    public string Name { get; }

    /// <summary>The epoch of the lost lease.</summary>
    public long Epoch { get; }
}
