using System.Diagnostics.CodeAnalysis;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.History;
using Nexus.Infrastructure;
using Nexus.Tasks;

namespace Nexus.Stores;

/// <summary>
/// What keeps the state. A store knows records whose secrets are sealed already; it neither validates nor seals. Every method is asynchronous and
/// throws <see cref="StoreUnavailableException"/> if the store is unavailable. The contract is defined by the tests in Nexus.StoreContract, which run
/// against every store.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface IStore : IReadOnlyStore, IStateWriter, IMetaWriter, ITaskClaimer
{
    /// <summary>The history of changes.</summary>
    internal IHistoryStore History { get; }

    /// <summary>Opens the store, brings its schema up to date or refuses with <see cref="StoreIncompatibleException"/>.</summary>
    internal Task OpenAsync(CancellationToken cancellationToken);
}
