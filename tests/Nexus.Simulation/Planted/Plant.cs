using Nexus.Engine;
using Nexus.Users;

namespace Nexus.Simulation;

/// <summary>What a planted defect replaces. This one replaces nothing.</summary>
internal class Plant
{
    /// <summary>The seams between the committer, the replay, the notices and the server.</summary>
    public virtual ModelParts CreateParts(IModelLink link) => new(link);

    /// <summary>The world in which it shows.</summary>
    public virtual WorldKind World => WorldKind.Server;

    /// <summary>The seams between the protocol of a move of buckets and its statements.</summary>
    public virtual MoveParts Moves { get; } = new();

    /// <summary>The seams between the fence and the servers.</summary>
    public virtual FenceParts Fence { get; } = new();

    /// <summary>What the features write to.</summary>
    public virtual IStateWriter WrapWriter(IStateWriter store, TimeProvider clock) => store;

    /// <summary>From what users are read.</summary>
    public virtual IUserReader WrapUsers(IUserReader store, TimeProvider clock) => store;

    public virtual ModelDisk CreateDisk(Scheduler scheduler, Dice dice, string root, string name) => new(scheduler, dice, root, name);
}
