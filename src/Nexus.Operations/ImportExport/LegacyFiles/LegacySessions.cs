using System.Runtime.CompilerServices;
using System.Text.Json;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Operations.Json;
using Nexus.Secrets;
using Nexus.Stores;

namespace Nexus.Operations.ImportExport;

/// <summary><c>sessions.json</c>: <c>{chat_id: {"api_key", "api_secret", "config"}}</c>, with secrets in plain text or as Fernet tokens.</summary>
internal sealed class LegacySessions(Sealer sealer)
{
    private readonly DocumentSealer _documents = new(sealer);

    public async IAsyncEnumerable<ImportRecord> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var member in JsonMembers.ReadAsync(stream, cancellationToken).ConfigureAwait(false)) yield return Convert(member);
    }

    private ImportRecord Convert(JsonMember member)
    {
        var name = $"session {ClientText.Short(member.Name ?? "")}";
        try
        {
            var chatId = ChatId.Parse(member.Name, "chat_id").Value;
            using var document = JsonDocument.Parse(member.Json, new JsonDocumentOptions { MaxDepth = 1000 });
            var entry = document.RootElement;
            if (entry.ValueKind != JsonValueKind.Object) return Refused("must be an object with api_key, api_secret and config");
            return new SessionRecord(
                ChatId.Parse(chatId), Secret(entry, chatId, "api_key"), Secret(entry, chatId, "api_secret"), Config(entry, chatId), UpdatedAt: null);
        }
        catch (NexusValidationException error)
        {
            return Refused(error.Message);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Refused("is not valid JSON text");
        }

        RefusedRecord Refused(string reason) => new(ImportKind.Sessions, name, reason);
    }

    private string? Secret(JsonElement entry, string chatId, string field)
    {
        if (!entry.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind != JsonValueKind.String) throw new NexusValidationException(field, "must be text");
        var text = value.GetString()!;
        if (text.Length == 0) return null;
        return sealer.TryAcceptLegacy(SealPlaces.Session(chatId, field), text, out var ciphertext, out var reason)
            ? ciphertext
            : throw new NexusValidationException(field, reason);
    }

    private byte[] Config(JsonElement entry, string chatId)
    {
        if (!entry.TryGetProperty("config", out var value) || value.ValueKind == JsonValueKind.Null) return "{}"u8.ToArray();
        if (value.ValueKind != JsonValueKind.Object) throw new NexusValidationException("config", "must be a JSON object");
        var converted =
            _documents.AcceptLegacy(SealPlaces.Session(chatId, "config"), System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(value));
        return converted.Problems is [var (pointer, reason), ..] ? throw new NexusValidationException($"config{pointer}", reason) : converted.Json;
    }
}
