using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Stores;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>
/// Where an adoption that is done left tokens of the legacy, sealed: only there a later run opens one. A token is bound to no row, so that one which
/// somebody puts elsewhere would otherwise become that row's secret.
/// </summary>
internal sealed partial class SealedRejects
{
    internal const string Foreign = "is not sealed although the adoption is done: something other than Nexus wrote it there; give the secret to Nexus anew";

    private const string Name = "adoption_rejects";

    private static readonly SealContext Place = new("nexus_meta", Name, "value");

    private readonly HashSet<(string, string, string)> _places;

    private SealedRejects(IEnumerable<AdoptionReject> rejects) => _places = [.. rejects.Select(reject => (reject.Table, reject.Key, reject.Column))];

    /// <summary>What a later run may try again; null while the adoption goes on and every plain text is the legacy's.</summary>
    /// <exception cref="NexusConfigurationException">The canary is gone or does not open.</exception>
    public static async Task<SealedRejects?> FindAsync(NpgsqlConnection connection, Sealer sealer, bool isDryRun, CancellationToken cancellationToken)
    {
        var features = await AdoptionMark.ReadFeaturesAsync(connection, sealer, cancellationToken).ConfigureAwait(false);
        if (features is null)
        {
            // A database that nobody has adopted yet is looked at by a dry run only.
            return isDryRun ? null : throw new NexusConfigurationException("NEXUS_KEYS", $"cannot be checked: the value {KeyCanary.Name} is missing from nexus_meta; restore it from a backup");
        }
        if (features.Value.HasFlag(SealFeatures.Adopting)) return null;
        var mark = await AdoptionMark.ReadAsync(connection, cancellationToken).ConfigureAwait(false);
        // Adopted, in part or whole, by a version that did not seal what it noted.
        if (features == SealFeatures.None) return mark is { Stage: AdoptionStage.Schema } ? null : new SealedRejects(mark?.Rejects ?? []);
        return new SealedRejects(await ReadAsync(connection, sealer, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>Notes them, where they are not the ones that are noted.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, Sealer sealer, IReadOnlyList<AdoptionReject> rejects, CancellationToken cancellationToken)
    {
        if (rejects.SequenceEqual(await ReadAsync(connection, sealer, cancellationToken).ConfigureAwait(false))) return;
        var json = JsonSerializer.Serialize([.. rejects], RejectsJson.Default.AdoptionRejectArray);
        await MigrationLedger.SetAsync(connection, Name, sealer.Seal(Place, json), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether a value that is not sealed is a token that was left at this very place.</summary>
    public bool Allows(string table, string row, string field, string value) => FernetToken.IsToken(value) && _places.Contains((table, row, field));

    private static async Task<IEnumerable<AdoptionReject>> ReadAsync(NpgsqlConnection connection, Sealer sealer, CancellationToken cancellationToken)
    {
        var stored = await connection.ScalarAsync<string>("SELECT value FROM nexus_meta WHERE name = $1", [Name], cancellationToken).ConfigureAwait(false);
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
