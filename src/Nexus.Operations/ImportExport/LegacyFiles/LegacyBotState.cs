using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Errors;
using Nexus.Operations.Json;
using Nexus.Secrets;
using Nexus.Stores;

namespace Nexus.Operations.ImportExport;

/// <summary>
/// <c>bot_state.json</c>: the switches, with the flag of the AI filter in <c>group_config</c>. Other members (<c>module_assets</c>,
/// <c>session_config</c>) become settings with the same names.
/// </summary>
internal static class LegacyBotState
{
    private const string AiFilterName = "_AI_FILTER";

    public static async IAsyncEnumerable<ImportRecord> ReadAsync(
        DocumentSealer documents, Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var members = new Dictionary<string, ReadOnlyMemory<byte>>(StringComparer.Ordinal);
        await foreach (var member in JsonMembers.ReadAsync(stream, cancellationToken).ConfigureAwait(false)) members[member.Name ?? ""] = member.Json;

        yield return ToSwitches(documents, members);
        foreach (var (name, value) in members)
        {
            if (name is not ("enabled_strategies" or "group_config" or "disabled_assets" or "updated_at"))
                yield return ToSetting(documents, name, value);
        }
    }

    private static ImportRecord ToSwitches(DocumentSealer documents, Dictionary<string, ReadOnlyMemory<byte>> members)
    {
        try
        {
            var groups = JsonNode.Parse(Member(members, "group_config").Span) as JsonObject
                ?? throw new NexusValidationException("group_config", "must be a JSON object");
            var aiFilter = TakeAiFilter(groups);
            return new BotStateRecord(
                Sealed(documents, "enabled_strategies", Member(members, "enabled_strategies")),
                Sealed(documents, "group_config", JsonSerializer.SerializeToUtf8Bytes(groups)),
                Assets(members),
                aiFilter,
                UpdatedAt: null);
        }
        catch (NexusValidationException error)
        {
            return new RefusedRecord(ImportKind.BotState, "the bot state", error.Message);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            return new RefusedRecord(ImportKind.BotState, "the bot state", "group_config: is not valid JSON text, or contains a group twice");
        }
    }

    private static ReadOnlyMemory<byte> Member(Dictionary<string, ReadOnlyMemory<byte>> members, string name) =>
        members.TryGetValue(name, out var value) && !value.Span.SequenceEqual("null"u8) ? value : "{}"u8.ToArray();

    private static bool TakeAiFilter(JsonObject groups)
    {
        if (!groups.TryGetPropertyValue(AiFilterName, out var value)) return true;
        if (value is not JsonValue flag || flag.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
            throw new NexusValidationException($"group_config.{AiFilterName}", "must be true or false");
        groups.Remove(AiFilterName);
        return flag.GetValue<bool>();
    }

    private static ReadOnlyMemory<byte> Sealed(DocumentSealer documents, string field, ReadOnlyMemory<byte> json)
    {
        var converted = documents.AcceptLegacy(SealPlaces.BotState(field), json.Span);
        return converted.Problems is [var (pointer, reason), ..]
            ? throw new NexusValidationException($"{field}{pointer}", reason)
            : (ReadOnlyMemory<byte>)converted.Json;
    }

    private static List<string> Assets(Dictionary<string, ReadOnlyMemory<byte>> members)
    {
        if (!members.TryGetValue("disabled_assets", out var value)) return [];
        using var document = JsonDocument.Parse(value);
        if (document.RootElement.ValueKind == JsonValueKind.Null) return [];
        if (document.RootElement.ValueKind != JsonValueKind.Array
                || document.RootElement.EnumerateArray().Any(asset => asset.ValueKind != JsonValueKind.String))
        {
            throw new NexusValidationException("disabled_assets", "must be a list of symbols");
        }
        return [.. document.RootElement.EnumerateArray().Select(asset => asset.GetString()!)];
    }

    private static ImportRecord ToSetting(DocumentSealer documents, string name, ReadOnlyMemory<byte> value)
    {
        var converted = documents.AcceptLegacy(SealPlaces.SystemConfig(name), value.Span);
        return converted.Problems is [var (pointer, reason), ..]
            ? new RefusedRecord(ImportKind.SystemConfig, $"system config {ClientText.Short(name)}", $"value{pointer}: {reason}")
            : new ConfigEntryRecord(name, converted.Json, UpdatedBy: "import", UpdatedAt: null);
    }
}
