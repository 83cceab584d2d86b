using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Postgres;

/// <summary>What a migration is doing, for progress reports.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Migration">Such as <c>0001_state</c>.</param>
/// <param name="Detail">The index, or who may hold the lock.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record MigrationStep(MigrationStepKind Kind, string Migration, string? Detail = null);
