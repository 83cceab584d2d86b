using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Engine;

/// <summary>Whether a write was applied, and why not.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public enum WriteStatus
{
    /// <summary>The write is committed.</summary>
    Applied,

    /// <summary>The same write was applied before: nothing changed now.</summary>
    AlreadyApplied,

    /// <summary>The write named a version that is not the stored one; <see cref="WriteOutcome.Version"/> is the stored one, 0 for none.</summary>
    Conflict,

    /// <summary>The record that the write changes does not exist.</summary>
    NotFound,

    /// <summary>The record exists but is in a state that does not allow the write, such as a trade that is closed.</summary>
    InvalidState,

    /// <summary>The write failed with <see cref="WriteOutcome.Error"/>. Other writes of the batch are not affected.</summary>
    Failed,

    /// <summary>An atomic batch was rolled back because of another member.</summary>
    RolledBack,
}
