using Nexus.SystemConfig;

namespace Nexus.Operations.ApiKeys;

/// <summary>The API keys of a store as one consistent reading shows them.</summary>
/// <param name="Index">The index; empty where there is none or it cannot be trusted.</param>
/// <param name="IndexVersion">The version of its row; 0 where there is none.</param>
/// <param name="Keys">The keys that are accepted.</param>
/// <param name="Faults">What is not.</param>
/// <param name="Rows">Every row, for a repair or an upgrade.</param>
/// <param name="Distrust">Why none of them may be accepted; null where the index is sound.</param>
public sealed record ApiKeySet(
    ApiKeyIndex Index, long IndexVersion, IReadOnlyList<ApiKeyRecord> Keys, IReadOnlyList<ApiKeyFault> Faults, IReadOnlyList<SystemConfigRow> Rows,
    string? Distrust)
{
    /// <summary>Ids that the index lists and no record has: removed while the index could not be changed.</summary>
    public IEnumerable<string> Missing => Index.Keys.Keys.Where(id => !Rows.Any(row => row.Key == ReservedSettings.ApiKey(id)));
}
