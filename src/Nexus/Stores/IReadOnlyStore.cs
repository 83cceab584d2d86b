using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Stores;

/// <summary>An open store that is only read.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface IReadOnlyStore : IStateReader, IAsyncDisposable
{
    /// <summary><c>postgresql</c> or <c>embedded</c>.</summary>
    internal string Kind { get; }

    /// <summary>Problems of the store although it responds; empty if there are none.</summary>
    IReadOnlyList<StoreConcern> Concerns => [];
}
