using System.ComponentModel;
using Nexus.Errors;

namespace Nexus.Failover;

/// <summary>What happens while PostgreSQL does not answer.</summary>
[TypeConverter(typeof(FallbackModeTypeConverter))]
public enum FallbackMode
{
    /// <summary>Every call fails at once with <see cref="StoreUnavailableException"/>. Nothing is kept on this machine.</summary>
    Off,

    /// <summary>Reads come from the local copy, which says how stale it is; writes fail. For several instances that write the same records.</summary>
    ReadOnly,

    /// <summary>Writes, too, are taken: they are durable in the outbox of the data folder and go to PostgreSQL when it is back.</summary>
    ReadWrite,
}
