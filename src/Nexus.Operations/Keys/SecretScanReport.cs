using Nexus.Secrets;

namespace Nexus.Operations.Keys;

/// <summary>Secrets in plain text in one field.</summary>
/// <param name="Table">The table, or <c>outbox</c>.</param>
/// <param name="Field">The column and the field's name; never a value.</param>
/// <param name="Values">How many.</param>
public sealed record PlainSecrets(string Table, string Field, long Values);

/// <summary>What a scan for secrets in plain text found.</summary>
/// <param name="Applied">Whether they were to be sealed.</param>
/// <param name="Sealable">Values inside documents, by field.</param>
/// <param name="Unsealable">What cannot be sealed where it stands: property names, free texts, plain text in a secret column.</param>
/// <param name="SealedRecords">Records that were written with their secrets sealed.</param>
/// <param name="Remaining">Records that changed with every attempt: run the scan again.</param>
public sealed record SecretScanReport(bool Applied, IReadOnlyList<PlainSecrets> Sealable, IReadOnlyList<PlainSecrets> Unsealable, long SealedRecords, long Remaining)
{
    /// <summary>Whether nothing readable is left.</summary>
    public bool Ok => Unsealable.Count == 0 && Remaining == 0 && (Applied || Sealable.Count == 0);
}

/// <summary>Counts by table and field. Names come from documents of many users, so there is a limit to how many are kept apart.</summary>
internal sealed class SecretScanCounts
{
    private const int MaxFields = 500;
    private const string Others = "(other fields)";

    private readonly SortedDictionary<(string Table, string Field), long> _sealable = [], _unsealable = [];

    public IReadOnlyList<PlainSecrets> Sealable => ToList(_sealable);

    public IReadOnlyList<PlainSecrets> Unsealable => ToList(_unsealable);

    public void Add(SealContext place, ScannedDocument document)
    {
        var slash = place.Field.IndexOf('/', StringComparison.Ordinal);
        var column = slash < 0 ? place.Field : place.Field[..slash];
        foreach (var field in document.Fields) Count(_sealable, place.Table, field.Length == 0 ? column : $"{column}: {field}");
        for (var i = 0; i < document.SecretNames; i++) AddUnsealable(place.Table, $"{column}: property names");
    }

    public void AddUnsealable(string table, string field) => Count(_unsealable, table, field);

    /// <summary>Counts a text of a column that is not sealed.</summary>
    public void AddText(string table, string column, string? text)
    {
        if (text is not null && SecretFields.IsSecretValue(text)) AddUnsealable(table, column);
    }

    private static void Count(SortedDictionary<(string, string), long> counts, string table, string field)
    {
        var key = (table, field);
        if (!counts.ContainsKey(key) && counts.Count >= MaxFields) key = (table, Others);
        counts[key] = counts.GetValueOrDefault(key) + 1;
    }

    private static List<PlainSecrets> ToList(SortedDictionary<(string Table, string Field), long> counts) => [.. counts.Select(count => new PlainSecrets(count.Key.Table, count.Key.Field, count.Value))];
}
