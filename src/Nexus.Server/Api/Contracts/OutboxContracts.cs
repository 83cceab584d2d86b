using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Operations.Json;

namespace Nexus.Server.Api;

/// <summary>The state of the fallback.</summary>
internal sealed record OutboxView(
    [property: AllowedValues("off", "read-only", "read-write"), Description("The mode: off, read-only or read-write.")] string Mode,
    [property: Description("Whether the local replica serves because PostgreSQL is unavailable.")] bool IsLocal,
    [property: Description("Why the local replica serves; null while PostgreSQL serves.")] string? Reason,
    [property: Description("When the local replica began to serve; null while PostgreSQL serves.")] DateTimeOffset? Since,
    [property: Description(
        "The age of the local replica in seconds; 0 while PostgreSQL serves and nothing remains to be compared, null if it was never complete.")]
    double? StaleSeconds,
    [property: Description("Writes that are not in PostgreSQL yet.")] long Pending,
    [property: Description("Writes in conflict with another version of their record.")] long Conflicts,
    [property: Description("Writes that PostgreSQL refused.")] long Quarantined,
    [property: Description("Writes replayed since the server started.")] long Replayed,
    [property: AllowedValues("all", "access", "none"), Description("What the local replica holds: all, access or none.")] string Copy,
    [property: Description("The share of the records that the local replica has compared or copied, 0 to 1; 1 while nothing remains.")]
    double CopyProgress,
    [property: Description("The size of the pending writes, in bytes.")] long Bytes,
    [property: Description("The size limit of the pending writes, in bytes. Further writes are refused.")] long LimitBytes);

/// <summary>One of the two versions of a conflict.</summary>
internal sealed record ConflictVersionView(
    long Version,
    DateTimeOffset? At,
    [property: Description("The write that produces this version, with sealed secrets. A damaged write is shown as text.")] RawJson Write);

/// <summary>A spooled write in conflict with another version of its record.</summary>
internal sealed record ConflictView(
    long Id, string Table, string RecordId, string Kind, DateTimeOffset SpooledAt, DateTimeOffset FoundAt,
    [property: Description("The version that is in effect: stored (in PostgreSQL) or spooled (in the outbox).")] string Kept,
    string Reason, ConflictVersionView Spooled, [property: Description("Null if the record was deleted.")] ConflictVersionView? Stored)
{
    public static ConflictView From(OutboxConflict conflict) => new(
        conflict.Id, conflict.Table, conflict.RecordId, conflict.Kind, conflict.SpooledAt, conflict.FoundAt, conflict.Kept == ConflictWinner.Remote
            ? "stored"
            : "spooled", conflict.Reason,
        From(conflict.Spooled), conflict.Stored is { } stored ? From(stored) : null);

    private static ConflictVersionView From(ConflictVersion version) => new(version.Version, version.At, StoredWrite.Show(version.Write));
}

/// <summary>A page of conflicts.</summary>
internal sealed record ConflictPage(
    IReadOnlyList<ConflictView> Conflicts, [property: Description("Pass it as after to get the next page; null on the last page.")] string? Next);

/// <summary>A spooled write that PostgreSQL refused.</summary>
internal sealed record QuarantinedView(
    long Id, string Table, string RecordId, string Kind, DateTimeOffset SpooledAt, DateTimeOffset FoundAt, string Code, string Reason,
    [property: Description("The write, with sealed secrets. A damaged write is shown as text.")] RawJson Write)
{
    public static QuarantinedView From(QuarantinedWrite write) => new(
        write.Id, write.Table, write.RecordId, write.Kind, write.SpooledAt, write.FoundAt, write.Code, write.Reason, StoredWrite.Show(write.Write));
}

/// <summary>A page of quarantined writes.</summary>
internal sealed record QuarantinedPage(
    IReadOnlyList<QuarantinedView> Quarantined,
    [property: Description("Pass it as after to get the next page; null on the last page.")] string? Next);

/// <summary>A decision about a conflict.</summary>
internal sealed class ResolveBody
{
    [Description("Required. The version to keep: stored or spooled. It is applied to PostgreSQL if it is not there already.")]
    [AllowedValues("stored", "spooled")]
    [JsonPropertyName("keep")]
    public string? Keep { get; set; }
}

/// <summary>A write as stored in the outbox file, which may be damaged.</summary>
internal static class StoredWrite
{
    /// <summary>The JSON document, or the beginning of the text if it is not JSON, so that the response stays valid JSON.</summary>
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
                // Reading to the end validates the JSON.
            }
            return reader.BytesConsumed > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
