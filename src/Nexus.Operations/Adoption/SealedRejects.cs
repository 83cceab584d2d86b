using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Stores;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>
/// The places, sealed, where a completed adoption left legacy tokens: a later run opens tokens only there. A token is not bound to a row, so one that
/// was copied elsewhere would otherwise become the secret of that row.
/// </summary>
internal sealed partial class SealedRejects
{
    internal const string Foreign =
        "is not sealed although the adoption is done: something other than Nexus wrote it. Save the secret through Nexus again";

    private const string Name = "adoption_rejects";

    private static readonly SealContext Place = new("nexus_meta", Name, "value");

    private readonly HashSet<(string, string, string)> _places;

    private SealedRejects(IEnumerable<AdoptionReject> rejects) => _places = [.. rejects.Select(reject => (reject.Table, reject.Key, reject.Column))];

    /// <summary>What a later run may retry; null during the adoption, when every plain text is from the legacy bot.</summary>
    /// <exception cref="NexusConfigurationException">The canary is missing or cannot be opened.</exception>
    public static async Task<SealedRejects?> FindAsync(NpgsqlConnection connection, Sealer sealer, bool isDryRun, CancellationToken cancellationToken)
    {
        var features = await AdoptionMark.ReadFeaturesAsync(connection, sealer, cancellationToken).ConfigureAwait(false);
        if (features is null)
        {
            // Only a dry run reads a database that is not adopted yet.
            return isDryRun
                ? null
                : throw new NexusConfigurationException(
                    "NEXUS_KEYS", $"cannot be verified: the value {KeyCanary.Name} is missing from nexus_meta. Restore it from a backup");
        }
        if (features.Value.HasFlag(SealFeatures.Adopting)) return null;
        var mark = await AdoptionMark.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        // Adopted, partly or completely, by a version that did not seal these places.
        if (features == SealFeatures.None) return mark is { Stage: AdoptionStage.Schema } ? null : new SealedRejects(mark?.Rejects ?? []);
        return new SealedRejects(await ReadAsync(connection, sealer, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Stores the places if they have changed.</summary>
    public static async Task WriteAsync(
        NpgsqlConnection connection, Sealer sealer, IReadOnlyList<AdoptionReject> rejects, CancellationToken cancellationToken)
    {
        if (rejects.SequenceEqual(await ReadAsync(connection, sealer, cancellationToken).ConfigureAwait(false))) return;
        var json = JsonSerializer.Serialize([.. rejects], RejectsJson.Default.AdoptionRejectArray);
        await MigrationLedger.SetAsync(connection, Name, sealer.Seal(Place, json), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether an unsealed value is a token that adoption left at this place.</summary>
    public bool Allows(string table, string row, string field, string value) => FernetToken.IsToken(value) && _places.Contains((table, row, field));

    private static async Task<IEnumerable<AdoptionReject>> ReadAsync(NpgsqlConnection connection, Sealer sealer, CancellationToken cancellationToken)
    {
        var stored =
            await connection.ScalarAsync<string>("SELECT value FROM nexus_meta WHERE name = $1", [Name], cancellationToken).ConfigureAwait(false);
        if (stored is null) return [];
        try
        {
            return JsonSerializer.Deserialize(sealer.Open(Place, stored), RejectsJson.Default.AdoptionRejectArray) ?? [];
        }
        catch (Exception error) when (error is SecretUnreadableException or JsonException)
        {
            return [];
        }
    }

    [JsonSerializable(typeof(AdoptionReject[]))]
    internal sealed partial class RejectsJson : JsonSerializerContext;
}
