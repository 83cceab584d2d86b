using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Stores;
using Npgsql;

namespace Nexus.Operations.Adoption;

internal enum AdoptionStage
{
    /// <summary>The tables are converted. Secrets and trades are in progress.</summary>
    Schema,

    /// <summary>Adoption is complete, except for rejects.</summary>
    Done,
}

/// <summary>The stage of adoption, stored in nexus_meta.</summary>
/// <param name="Stage">The last completed stage.</param>
/// <param name="TimeZone">The time zone of timestamps without one. A resumed run must use the same.</param>
/// <param name="Rejects">Values that could not be converted, for the report of the final run.</param>
internal sealed record AdoptionMark(AdoptionStage Stage, string TimeZone, IReadOnlyList<AdoptionReject> Rejects)
{
    private const string Name = "adoption";

    public static async Task<AdoptionMark?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync<bool>("SELECT to_regclass('nexus_meta') IS NULL", [], cancellationToken).ConfigureAwait(false)) return null;
        var value =
            await connection.ScalarAsync<string>("SELECT value FROM nexus_meta WHERE name = $1", [Name], cancellationToken).ConfigureAwait(false);
        return value is null ? null : JsonSerializer.Deserialize(value, AdoptionJson.Default.AdoptionMark);
    }

    public static Task WriteAsync(NpgsqlConnection connection, AdoptionMark mark, CancellationToken cancellationToken) =>
        MigrationLedger.SetAsync(connection, Name, JsonSerializer.Serialize(mark, AdoptionJson.Default.AdoptionMark), cancellationToken);

    /// <summary>
    /// A resumed run must use keys that open what the first run sealed. The first run records, sealed, that plain text is from the legacy bot until
    /// adoption is done.
    /// </summary>
    /// <exception cref="NexusConfigurationException">The given keys cannot open the canary.</exception>
    public static async Task EnsureCanaryAsync(NpgsqlConnection connection, Sealer sealer, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            "INSERT INTO nexus_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
            [KeyCanary.Name, KeyCanary.Create(sealer, SealFeatures.Current | SealFeatures.Adopting)],
            cancellationToken).ConfigureAwait(false);
        await VerifyCanaryIfThereAsync(connection, sealer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses keys that cannot open what is already sealed.</summary>
    /// <returns>Whether there is a canary that proves the keys.</returns>
    /// <exception cref="NexusConfigurationException">The given keys cannot open the canary.</exception>
    public static async Task<bool> VerifyCanaryIfThereAsync(NpgsqlConnection connection, Sealer sealer, CancellationToken cancellationToken)
    {
        return await ReadFeaturesAsync(connection, sealer, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>The content of the canary; null if there is none.</summary>
    /// <exception cref="NexusConfigurationException">The given keys cannot open the canary.</exception>
    public static async Task<SealFeatures?> ReadFeaturesAsync(NpgsqlConnection connection, Sealer sealer, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync<bool>("SELECT to_regclass('nexus_meta') IS NULL", [], cancellationToken).ConfigureAwait(false)) return null;
        var stored = await connection.ScalarAsync<string>(
            "SELECT value FROM nexus_meta WHERE name = $1", [KeyCanary.Name], cancellationToken).ConfigureAwait(false);
        return stored is null ? null : KeyCanary.Verify(sealer, stored);
    }

    /// <summary>Ends the adoption. From now on, plain text in a sealed field is treated as tampering.</summary>
    public static async Task EndAdoptionAsync(NpgsqlConnection connection, Sealer sealer, CancellationToken cancellationToken)
    {
        if (await ReadFeaturesAsync(connection, sealer, cancellationToken).ConfigureAwait(false) is not { } features
                || !features.HasFlag(SealFeatures.Adopting))
            return;
        await MigrationLedger.SetAsync(
            connection, KeyCanary.Name, KeyCanary.Create(sealer, features & ~SealFeatures.Adopting), cancellationToken).ConfigureAwait(false);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AdoptionMark))]
internal sealed partial class AdoptionJson : JsonSerializerContext;
