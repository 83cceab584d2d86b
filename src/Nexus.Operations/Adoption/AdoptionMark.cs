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
    /// <summary>The tables have their shape; secrets and trades are on their way.</summary>
    Schema,

    /// <summary>All of it went through, rejects aside.</summary>
    Done,
}

/// <summary>How far adoption got, kept in nexus_meta.</summary>
/// <param name="Stage">The last stage that was finished.</param>
/// <param name="TimeZone">The zone in which the naive timestamps were read: a resumed run must not take another.</param>
/// <param name="Rejects">What could not be converted, for the report of the run that finishes.</param>
internal sealed record AdoptionMark(AdoptionStage Stage, string TimeZone, IReadOnlyList<AdoptionReject> Rejects)
{
    private const string Name = "adoption";

    public static async Task<AdoptionMark?> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync<bool>("SELECT to_regclass('nexus_meta') IS NULL", [], cancellationToken).ConfigureAwait(false)) return null;
        var value = await connection.ScalarAsync<string>("SELECT value FROM nexus_meta WHERE name = $1", [Name], cancellationToken).ConfigureAwait(false);
        return value is null ? null : JsonSerializer.Deserialize(value, AdoptionJson.Default.AdoptionMark);
    }

    public static Task WriteAsync(NpgsqlConnection connection, AdoptionMark mark, CancellationToken cancellationToken) =>
        MigrationLedger.SetAsync(connection, Name, JsonSerializer.Serialize(mark, AdoptionJson.Default.AdoptionMark), cancellationToken);

    /// <summary>
    /// A run that goes on must seal with keys that open what the first one sealed. The first one notes, sealed, that plain texts are the legacy's until
    /// the adoption is done.
    /// </summary>
    /// <exception cref="NexusConfigurationException">The given keys do not open the canary.</exception>
    public static async Task EnsureCanaryAsync(NpgsqlConnection connection, Sealer sealer, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            "INSERT INTO nexus_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
            [KeyCanary.Name, KeyCanary.Create(sealer, SealFeatures.Current | SealFeatures.Adopting)],
            cancellationToken).ConfigureAwait(false);
        await VerifyCanaryIfThereAsync(connection, sealer, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Refuses keys that do not open what is sealed already.</summary>
    /// <returns>Whether there is a canary, so that the keys are proven.</returns>
    /// <exception cref="NexusConfigurationException">The given keys do not open the canary.</exception>
    public static async Task<bool> VerifyCanaryIfThereAsync(NpgsqlConnection connection, Sealer sealer, CancellationToken cancellationToken)
    {
        return await ReadFeaturesAsync(connection, sealer, cancellationToken).ConfigureAwait(false) is not null;
    }

    /// <summary>What the canary says; null where there is none.</summary>
    /// <exception cref="NexusConfigurationException">The given keys do not open the canary.</exception>
    public static async Task<SealFeatures?> ReadFeaturesAsync(NpgsqlConnection connection, Sealer sealer, CancellationToken cancellationToken)
    {
        if (await connection.ScalarAsync<bool>("SELECT to_regclass('nexus_meta') IS NULL", [], cancellationToken).ConfigureAwait(false)) return null;
        var stored = await connection.ScalarAsync<string>("SELECT value FROM nexus_meta WHERE name = $1", [KeyCanary.Name], cancellationToken).ConfigureAwait(false);
        return stored is null ? null : KeyCanary.Verify(sealer, stored);
    }

    /// <summary>From now on plain text at a sealed place is nobody's but an intruder's.</summary>
    public static async Task EndAdoptionAsync(NpgsqlConnection connection, Sealer sealer, CancellationToken cancellationToken)
    {
        if (await ReadFeaturesAsync(connection, sealer, cancellationToken).ConfigureAwait(false) is not { } features || !features.HasFlag(SealFeatures.Adopting)) return;
        await MigrationLedger.SetAsync(connection, KeyCanary.Name, KeyCanary.Create(sealer, features & ~SealFeatures.Adopting), cancellationToken).ConfigureAwait(false);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(AdoptionMark))]
internal sealed partial class AdoptionJson : JsonSerializerContext;
