using System.Text;
using System.Text.Json;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.SystemConfig;

namespace Nexus.History;

/// <summary>
/// Compares a record before and after a change. A secret appears as set, changed or removed and never as text: whatever the masked view of a record
/// hides, the history hides.
/// </summary>
internal sealed class ChangeDescriber(DocumentSealer documents)
{
    private const string ApiKeys = "api_keys";

    /// <summary>The table and the key that an entry names.</summary>
    public static (string Table, string Key) NameOf(WriteKey record) =>
        record.Table == SystemConfigRow.Table && record.Id.StartsWith(ReservedSettings.ApiKeyPrefix, StringComparison.Ordinal)
            ? (ApiKeys, record.Id[ReservedSettings.ApiKeyPrefix.Length..])
            : (record.Table.Name, record.Id);

    /// <summary>The entry of a change that was applied.</summary>
    /// <param name="write">With an author.</param>
    /// <param name="outcome">Applied.</param>
    /// <param name="before">The record before; null where there was none.</param>
    /// <param name="after">The record after; null where it was removed.</param>
    public HistoryEntry Describe(Write write, WriteOutcome outcome, IStateRow? before, IStateRow? after)
    {
        var (table, key) = NameOf(write.Key);
        var (differences, paths) = (new DifferenceList(), new FieldPaths());
        var (old, now) = (Values(paths, before), Values(paths, after));
        foreach (var (path, value) in old) Compare(differences, paths, path, value, now.GetValueOrDefault(path));
        foreach (var (path, value) in now)
        {
            if (!old.ContainsKey(path)) Compare(differences, paths, path, default, value);
        }
        return new HistoryEntry(
            write.WriteId, write.AuthoredAt ?? outcome.At, write.Author!, table, key,
            before is null ? HistoryAction.Created : after is null ? HistoryAction.Removed : HistoryAction.Changed,
            outcome.Version, differences.Fields, differences.Omitted);
    }

    private void Compare(DifferenceList differences, FieldPaths paths, int path, FieldValue before, FieldValue after)
    {
        if (before.IsSecret || after.IsSecret)
        {
            if (before.IsSecret && after.IsSecret && IsSame(paths, path, before, after)) return;
            differences.Add(paths, path, null, null, before.IsEmpty ? SecretChange.Set : after.IsEmpty ? SecretChange.Removed : SecretChange.Changed);
        }
        else if (before.Text != after.Text)
        {
            differences.Add(paths, path, before.Text, after.Text, null);
        }
    }

    private bool IsSame(FieldPaths paths, int path, FieldValue before, FieldValue after) => documents.IsSameSecret(
        (before.Place, paths.Pointer(path, before.DocumentAt!.Value), Encoding.UTF8.GetBytes(before.Text!)),
        (after.Place, paths.Pointer(path, after.DocumentAt!.Value), Encoding.UTF8.GetBytes(after.Text!)));

    private Dictionary<int, FieldValue> Values(FieldPaths paths, IStateRow? row)
    {
        var values = new Dictionary<int, FieldValue>();
        if (row is null) return values;
        foreach (var field in row.Fields)
        {
            var path = field.Name.Length == 0 ? FieldPaths.Root : paths.Below(FieldPaths.Root, field.Name);
            switch (field.Kind)
            {
                case RecordFieldKind.Text when field.Text is not null:
                    values[path] = new FieldValue(RedactedText.From(field.Text));
                    break;
                case RecordFieldKind.Secret when !string.IsNullOrEmpty(field.Text):
                    values[path] = new FieldValue(field.Text, field.Place, path);
                    break;
                case RecordFieldKind.Document:
                    AddDocument(values, paths, path, field);
                    break;
                case RecordFieldKind.SealedRecord:
                    AddSealed(values, paths, field);
                    break;
            }
        }
        return values;
    }

    /// <summary>The document and its masked view, which have the same shape except that a hidden value is one mask.</summary>
    private void AddDocument(Dictionary<int, FieldValue> values, FieldPaths paths, int path, RecordField field)
    {
        if (field.Json.IsEmpty) return;
        try
        {
            using var stored = JsonDocument.Parse(field.Json, JsonText.DocumentOptions);
            using var masked = JsonDocument.Parse(documents.Mask(field.Place, field.Json.Span), JsonText.DocumentOptions);
            Add(values, paths, (path, path), field.Place, stored.RootElement, masked.RootElement);
        }
        catch (JsonException)
        {
            // Not of our making: that it is there is all that is said of it.
            values[path] = new FieldValue(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(field.Json.Span)), field.Place, path);
        }
    }

    private static void Add(
        Dictionary<int, FieldValue> values, FieldPaths paths, (int Of, int Document) path, SealContext place, JsonElement stored, JsonElement masked)
    {
        if (stored.ValueKind == JsonValueKind.Object && masked.ValueKind == JsonValueKind.Object)
        {
            // The masked view has the same members in the same order.
            using var views = masked.EnumerateObject();
            foreach (var member in stored.EnumerateObject())
            {
                if (!views.MoveNext()) return;
                Add(values, paths, (paths.Below(path.Of, member.Name), path.Document), place, member.Value, views.Current.Value);
            }
            return;
        }
        if (stored.ValueKind == JsonValueKind.Array && masked.ValueKind == JsonValueKind.Array)
        {
            var n = 0;
            foreach (var (value, view) in stored.EnumerateArray().Zip(masked.EnumerateArray()))
            {
                var element = paths.Below(path.Of, n++.ToString(System.Globalization.CultureInfo.InvariantCulture));
                Add(values, paths, (element, path.Document), place, value, view);
            }
            return;
        }
        var text = stored.ValueKind == JsonValueKind.String ? stored.GetString()! : stored.GetRawText();
        var shown = masked.ValueKind == JsonValueKind.String ? masked.GetString()! : masked.GetRawText();
        values[path.Of] = text == shown && !MaskText.IsMask(text) ? new FieldValue(text) : new FieldValue(text, place, path.Document);
    }

    private void AddSealed(Dictionary<int, FieldValue> values, FieldPaths paths, RecordField field)
    {
        var whole = paths.Below(FieldPaths.Root, "record");
        values[whole] = new FieldValue(field.Text ?? Convert.ToBase64String(field.Json.Span), field.Place, whole);
        if (field.Text is null) return;
        try
        {
            using var record = JsonDocument.Parse(documents.Sealer.Open(field.Place, field.Text));
            var shown = field.Shown!.Where(name => record.RootElement.TryGetProperty(name, out _)).ToList();
            foreach (var name in shown)
            {
                var value = record.RootElement.GetProperty(name);
                var text = value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();
                values[paths.Below(FieldPaths.Root, name)] = new FieldValue(RedactedText.From(text));
            }
        }
        catch (Exception error) when (error is SecretUnreadableException or JsonException or InvalidOperationException)
        {
            // It cannot be opened with the configured keys: that it was set, changed or removed is all that is known.
        }
    }

    /// <param name="Text">The readable text, or the secret as it is stored; null where there is no value.</param>
    /// <param name="Place">The place to which a secret is bound.</param>
    /// <param name="DocumentAt">The path of the document that the secret is in; null for a readable text.</param>
    private readonly record struct FieldValue(string? Text, SealContext Place = default, int? DocumentAt = null)
    {
        public bool IsSecret => DocumentAt is not null;

        public bool IsEmpty => Text is null or "" or "null";
    }
}
