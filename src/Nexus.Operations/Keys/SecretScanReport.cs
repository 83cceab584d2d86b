using System.Text.Json.Serialization;
using Nexus.Secrets;

namespace Nexus.Operations.Keys;

/// <summary>The result of a scan for secrets in plain text.</summary>
/// <param name="DryRun">Whether secrets were only counted.</param>
/// <param name="Found">Values by field and kind.</param>
/// <param name="UnexpectedPlaces">The first 1,000 places of <see cref="PlainSecretKind.Unexpected"/>: table, record and field.</param>
/// <param name="SealedRecords">Records and pending writes that were changed.</param>
/// <param name="Remaining">Records that kept changing: run the scan again.</param>
/// <param name="OutboxInUse">Whether <c>fallback.db</c> was only counted because a server uses it.</param>
public sealed record SecretScanReport(
    bool DryRun, IReadOnlyList<PlainSecrets> Found, IReadOnlyList<string> UnexpectedPlaces, long SealedRecords, long Remaining,
        bool OutboxInUse = false)
{
    /// <summary>Values that are still in plain text.</summary>
    public long Left => Found.Where(found => !found.Done).Sum(found => found.Values);

    /// <summary>Whether nothing readable is left.</summary>
    public bool Ok => Left == 0 && Remaining == 0;

    internal SecretScanReport With(SecretScanReport other) => new(
        DryRun, [.. Found, .. other.Found], [.. UnexpectedPlaces, .. other.UnexpectedPlaces], SealedRecords + other.SealedRecords,
            Remaining + other.Remaining,
        OutboxInUse || other.OutboxInUse);
}

/// <summary>Counts by table and field. Names come from documents of many users, so the number of separate counts is limited.</summary>
/// <param name="file">The prefix for records outside the store itself.</param>
/// <param name="isReadOnly">Whether nothing is changed, regardless of the options.</param>
internal sealed class SecretScanCounts(string? file, bool isReadOnly)
{
    private const int MaxFields = 500;
    private const int MaxPlaces = 1000;
    private const string Others = "(other fields)";

    private readonly SortedDictionary<(string Table, string Field, PlainSecretKind Kind, bool Done), long> _found = [];
    private readonly List<string> _places = [];

    public SecretScanReport ToReport(long sealedRecords, long remaining) => new(
        isReadOnly, [.. _found.Select(found => new PlainSecrets(found.Key.Table, found.Key.Field, found.Key.Kind, found.Value, found.Key.Done))],
            _places, sealedRecords, remaining);

    public void Add(SealContext place, ScannedDocument document, bool acceptsPlain)
    {
        var slash = place.Field.IndexOf('/', StringComparison.Ordinal);
        var column = slash < 0 ? place.Field : place.Field[..slash];
        foreach (var field in document.Fields) Count(place.Table, Name(field), PlainSecretKind.Field, done: true);
        foreach (var (field, pointer) in document.Unexpected)
        {
            Count(place.Table, Name(field), PlainSecretKind.Unexpected, acceptsPlain);
            AddPlace($"{place}{pointer}");
        }
        for (var i = 0; i < document.SecretNames; i++) Count(place.Table, $"{column}: property names", PlainSecretKind.Name, done: false);

        string Name(string field) => field.Length == 0 ? column : $"{column}: {field}";
    }

    public void AddColumn(SealContext place, bool done)
    {
        Count(place.Table, place.Field, PlainSecretKind.Unexpected, done);
        AddPlace(place.ToString());
    }

    public void AddText(string table, string column, PlainSecretKind kind, bool done) => Count(table, column, kind, done);

    private void AddPlace(string place)
    {
        if (_places.Count < MaxPlaces) _places.Add(file is null ? place : $"{file}: {place}");
    }

    private void Count(string table, string field, PlainSecretKind kind, bool done)
    {
        if (file is not null) table = $"{file}: {table}";
        var key = (table, field, kind, done && !isReadOnly);
        if (!_found.ContainsKey(key) && _found.Count >= MaxFields) key = (table, Others, kind, done && !isReadOnly);
        _found[key] = _found.GetValueOrDefault(key) + 1;
    }
}
