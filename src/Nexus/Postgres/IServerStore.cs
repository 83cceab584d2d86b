using Nexus.Engine;
using Nexus.Stores;

namespace Nexus.Postgres;

/// <summary>A store whose records are on servers of PostgreSQL.</summary>
internal interface IServerStore : IStore
{
    /// <summary>Where it is, as <c>host:port/database</c>.</summary>
    string Location { get; }

    /// <summary>The use of its connections.</summary>
    PoolUse PoolUse { get; }

    /// <summary>How its change notices go.</summary>
    NoticeUse NoticeUse { get; }

    /// <summary>Called with the identity of the database before anything is changed there; throws if it must not be used.</summary>
    Func<StoreIdentity, Task>? Identified { get; set; }
}
