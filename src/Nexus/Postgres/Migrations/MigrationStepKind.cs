using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Postgres;

/// <summary>What a migration is doing.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public enum MigrationStepKind
{
    /// <summary>Another process migrates or holds a lock; <see cref="MigrationStep.Detail"/> says which one may.</summary>
    Waiting,

    /// <summary>A migration begins.</summary>
    Applying,

    /// <summary>One statement of a migration that commits statement by statement begins.</summary>
    Building,

    /// <summary>An index that an interrupted attempt left invalid is dropped and built again.</summary>
    Rebuilding,

    /// <summary>A migration is in force and recorded.</summary>
    Applied,

    /// <summary>A migration begins to be undone.</summary>
    Undoing,

    /// <summary>A migration is undone and its record removed.</summary>
    Undone,
}
