using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Engine;

/// <summary>A record as a store holds it, seen without its content.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public interface IStateRow
{
    internal WriteKey RecordKey { get; }

    internal long Version { get; }

    /// <summary>When it was written; null where the row does not say.</summary>
    internal DateTimeOffset? WrittenAt { get; }

    /// <summary>The store's time of the row: when it was written, or else when it was read.</summary>
    internal DateTimeOffset AsOf { get; }

    /// <summary>The unconditional write that makes this record where there is none, apart from its version.</summary>
    internal Write ToWrite();

    /// <summary>The fields that the history of changes compares; none for a table without history.</summary>
    internal IReadOnlyList<RecordField> Fields => [];

    /// <summary>Visits its parts that may hold secrets.</summary>
    /// <returns>The write that stores the parts that the visitor replaced, over this version only; null if it replaced none.</returns>
    Write? ReplaceSecrets(SecretVisitor visitor);
}
