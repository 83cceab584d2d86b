using System.ComponentModel;

namespace Nexus.Failover;

/// <summary>What the local replica holds.</summary>
[TypeConverter(typeof(FallbackCopyTypeConverter))]
public enum FallbackCopy
{
    /// <summary>Every record.</summary>
    All,

    /// <summary>
    /// What decides who may use the bot and what it does: users, the bot's state and the system's settings. Reads of other records fail during an
    /// outage.
    /// </summary>
    Access,

    /// <summary>Nothing. Reads fail during an outage; the outbox takes writes.</summary>
    None,
}
