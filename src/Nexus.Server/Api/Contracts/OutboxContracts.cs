using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Operations.Json;

namespace Nexus.Server.Api;

/// <summary>How the fallback stands.</summary>
internal sealed record OutboxView(
    [property: Description("off, read-only or read-write.")] string Mode,
    [property: Description("Whether the local copy serves because PostgreSQL does not answer.")] bool IsLocal,
    [property: Description("Why, where it does.")] string? Reason,
    [property: Description("Since when.")] DateTimeOffset? Since,
    [property: Description("The age of the copy in seconds; 0 while PostgreSQL serves, null when the copy was never complete.")] double? StaleSeconds,
    [property: Description("Writes that PostgreSQL has not got yet.")] long Pending,
    [property: Description("Writes that met another version of their record.")] long Conflicts,
    [property: Description("Writes that PostgreSQL refused.")] long Quarantined,
    [property: Description("Writes replayed since the server started.")] long Replayed);

/// <summary>One of two versions.</summary>
internal sealed record ConflictVersionView(long Version, DateTimeOffset? At, [property: Description("The write that makes it; secrets are sealed. Its text where it is damaged.")] RawJson Write);

/// <summary>A spooled write that met another version of its record.</summary>
internal sealed record ConflictView(
    long Id, string Table, string RecordId, string Kind, DateTimeOffset SpooledAt, DateTimeOffset FoundAt,
    [property: Description("Which version stands: stored (PostgreSQL's) or spooled (the outbox's).")] string Kept,
    string Reason, ConflictVersionView Spooled, [property: Description("Null where the record was deleted.")] ConflictVersionView? Stored)
{
    public static ConflictView From(OutboxConflict conflict) => new(
        conflict.Id, conflict.Table, conflict.RecordId, conflict.Kind, conflict.SpooledAt, conflict.FoundAt, conflict.Kept == ConflictWinner.Remote ? "stored" : "spooled", conflict.Reason,
        From(conflict.Spooled), conflict.Stored is { } stored ? From(stored) : null);

    private static ConflictVersionView From(ConflictVersion version) => new(version.Version, version.At, StoredWrite.Show(version.Write));
}

/// <summary>A page of conflicts.</summary>
internal sealed record ConflictPage(IReadOnlyList<ConflictView> Conflicts, [property: Description("The after of the next page; null on the last.")] string? Next);

/// <summary>A spooled write that PostgreSQL refused.</summary>
internal sealed record QuarantinedView(
    long Id, string Table, string RecordId, string Kind, DateTimeOffset SpooledAt, DateTimeOffset FoundAt, string Code, string Reason,
    [property: Description("The write; secrets are sealed. Its text where it is damaged.")] RawJson Write)
{
    public static QuarantinedView From(QuarantinedWrite write) => new(
        write.Id, write.Table, write.RecordId, write.Kind, write.SpooledAt, write.FoundAt, write.Code, write.Reason, StoredWrite.Show(write.Write));
}

/// <summary>A page of refused writes.</summary>
internal sealed record QuarantinedPage(IReadOnlyList<QuarantinedView> Quarantined, [property: Description("The after of the next page; null on the last.")] string? Next);

/// <summary>A decision about a conflict.</summary>
internal sealed class ResolveBody
{
    [Description("The version that is to hold: stored or spooled; needed. Where it is not the one that stands, it goes to PostgreSQL.")]
    [JsonPropertyName("keep")]
    public string? Keep { get; set; }
}

/// <summary>A write as the outbox's file holds it, which may be damaged.</summary>
internal static class StoredWrite
{
    /// <summary>The document where it is one; otherwise its beginning as text, so that the answer around it stays JSON.</summary>
    public static RawJson Show(string write)
    {
        var utf8 = System.Text.Encoding.UTF8.GetBytes(write);
        return new RawJson(IsDocument(utf8) ? utf8 : JsonSerializer.SerializeToUtf8Bytes(ClientText.Short(write), ServerJson.Strict.String));
    }

    private static bool IsDocument(byte[] utf8)
    {
        try
        {
            var reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = ServerJson.MaxDepth });
            while (reader.Read())
            {
                // Reading is the check.
            }
            return reader.BytesConsumed > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
