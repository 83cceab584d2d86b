using System.Diagnostics.CodeAnalysis;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Engine;

/// <summary>Applies writes. It knows records whose secrets are sealed already; it neither validates nor seals.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface IStateWriter
{
    /// <summary>What changed, here and in other instances on the same store, after it was committed.</summary>
    internal ChangeFeed Changes { get; }

    /// <summary>
    /// Parts of the store that commit apart from each other, 1 or more. The write queue gathers the writes of each part by themselves, so that a
    /// batch is one transaction.
    /// </summary>
    internal int Lanes => 1;

    /// <summary>The part that a write goes to, 0 to <see cref="Lanes"/> - 1.</summary>
    internal int LaneOf(Write write) => 0;

    /// <summary>
    /// Applies writes in one transaction, durable when the task completes. There is at most one write per record in a batch. Outcomes stand in the
    /// order of <paramref name="writes"/>. Not atomic: a write that conflicts or fails leaves the others applied. Atomic: any outcome that is not
    /// applied rolls all back, the culprits keep their outcome and the others say <see cref="WriteStatus.RolledBack"/>.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing was written.</exception>
    /// <exception cref="UnknownOutcomeException">The commit's answer was lost and could not be found out.</exception>
    Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken);
}
