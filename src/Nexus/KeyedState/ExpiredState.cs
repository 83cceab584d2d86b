using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.KeyedState;

/// <summary>An expired value that a store still holds.</summary>
/// <param name="Id">Namespace and key.</param>
/// <param name="Version">Its version.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record ExpiredState(string Id, long Version);
