using System.Text.Json.Serialization;

namespace Nexus.Operations.Backup;

/// <summary>JSON metadata of backups and their reports.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(BackupContents))]
[JsonSerializable(typeof(BackupProof))]
[JsonSerializable(typeof(BackupReport))]
[JsonSerializable(typeof(BackupStatus))]
[JsonSerializable(typeof(BackupRestoreReport))]
[JsonSerializable(typeof(ChatRestoreReport))]
[JsonSerializable(typeof(PruneReport))]
public sealed partial class BackupJson : JsonSerializerContext;
