using System.ComponentModel;
using Nexus.Errors;

namespace Nexus.Failover;

/// <summary>What happens while PostgreSQL is unavailable.</summary>
[TypeConverter(typeof(FallbackModeTypeConverter))]
public enum FallbackMode
{
    /// <summary>Every call fails at once with <see cref="StoreUnavailableException"/>. Nothing is kept on this machine.</summary>
    Off,

    /// <summary>Reads come from the local replica, which reports its age; writes fail. For several instances that write the same records.</summary>
    ReadOnly,

    /// <summary>
    /// Writes are accepted, too: they are durable in the outbox of the data folder and are replayed when PostgreSQL is available again.
    /// </summary>
    ReadWrite,
}
