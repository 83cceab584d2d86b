using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.History;

/// <summary>The history of changes in a store. Entries are added by the store itself, in the transaction of the change.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface IHistoryStore
{
    /// <summary>Compares records for new entries. Set before the first write; without one there are none.</summary>
    internal ChangeDescriber? Describer { get; set; }

    /// <summary>A page of entries, newest first.</summary>
    Task<IReadOnlyList<HistoryEntry>> ListAsync(HistoryQuery query, CancellationToken cancellationToken);

    /// <summary>Removes the entries of records: every entry of these tables with this key.</summary>
    /// <returns>How many there were.</returns>
    internal Task<long> RemoveAsync(IReadOnlyList<string> tables, string key, CancellationToken cancellationToken);

    /// <summary>Removes the oldest entries, in small transactions: those before an instant, and those beyond a number.</summary>
    /// <returns>How many were removed.</returns>
    internal Task<long> PruneAsync(DateTimeOffset before, long keep, CancellationToken cancellationToken);
}
