using System.Text.Json;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>Writes as the JSON that the outbox keeps. Secrets in them are sealed already.</summary>
internal static class WriteCodec
{
    public static byte[] Encode(Write write) => SqliteJson.Write(write, static (json, value) =>
    {
        value.WriteBody(json);
        AuthorJson.Write(json, value.Author);
    });

    /// <summary>The write as it was, without its condition, or null for a kind that this program does not know.</summary>
    /// <exception cref="StoreRejectedException">The text is damaged.</exception>
    public static Write? Decode(string kind, string recordId, Guid writeId, byte[] body)
    {
        try
        {
            using var document = SqliteJson.Parse(body);
            return WriteKinds.Read(kind, recordId, document.RootElement) is { } write
                ? write with { WriteId = writeId, Author = AuthorJson.Read(document.RootElement) }
                : null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException
            or OverflowException)
        {
            throw SqliteErrors.Rejected(error);
        }
    }
}
