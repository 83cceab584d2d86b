using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Operations.Adoption;

/// <summary>
/// Plans changes of column types. If every value can be converted, the column is changed in place. Otherwise the column keeps its
/// values under another name, and a new column gets the values that can be converted.
/// </summary>
internal sealed class ColumnPlanner(PlanContext context, TableShape legacy, TableShape target)
{
    private readonly string _table = SqlIdentifier.Quote(target.Name);
    private readonly List<(string Column, string Sql)> _inPlace = [];
    private readonly List<string> _apart = [];

    /// <summary>The replacement for a value that cannot be converted, if NULL would grant something: NULL is a subscription without end.</summary>
    private static string? Fallback(string table, string column) => (table, column) is ("users", "expires_at") ? "'-infinity'" : null;

    /// <summary>
    /// Whether the type or the collation changes. A number without a limit stays: an interrupted run has made the columns of amounts so already.
    /// </summary>
    public static bool IsConverted(ColumnShape old, ColumnShape wanted) => old.Collation != wanted.Collation
        || (old.Type != wanted.Type && !(old.Type == "numeric" && wanted.Type.StartsWith("numeric(", StringComparison.Ordinal)));

    /// <summary>SQL over the legacy table for the value of the target column; NULL if it cannot be converted.</summary>
    public static string ValueOf(ColumnShape old, ColumnShape wanted, string timeZone) =>
        IsConverted(old, wanted) ? ConversionOf(old with { Name = old.NameNow }, wanted, timeZone).Expression : SqlIdentifier.Quote(old.NameNow);

    public async Task PlanAsync()
    {
        foreach (var wanted in target.Columns.Where(wanted => wanted.Generated is null))
        {
            if (legacy.Find(wanted.Name) is not { Generated: null } old) continue;
            if (IsConverted(old, wanted)) await PlanConversionAsync(old, wanted).ConfigureAwait(false);
            await ReportOddValuesAsync(old, wanted).ConfigureAwait(false);
        }

        // A single ALTER TABLE rewrites the table only once.
        if (_inPlace.Count > 0)
        {
            var defaults = _inPlace.SelectMany(change => Loosen(legacy.Find(change.Column)!)).ToList();
            if (defaults.Count > 0)
                context.Plan.Steps.Add(new AdoptionStep(target.Name, "", 0, $"ALTER TABLE {_table} {string.Join(", ", defaults)}"));
            context.Plan.Steps.Add(
                new AdoptionStep(target.Name, "", 0, $"ALTER TABLE {_table} {string.Join(", ", _inPlace.Select(change => change.Sql))}"));
        }
        foreach (var sql in _apart) context.Plan.Steps.Add(new AdoptionStep(target.Name, "", 0, sql));
    }

    /// <summary>
    /// A default that cannot be cast, or an empty text that becomes NULL, would make the conversion fail. Both are set again for the target.
    /// </summary>
    private IEnumerable<string> Loosen(ColumnShape old)
    {
        if (old.Default is not null) yield return $"ALTER {SqlIdentifier.Quote(old.Name)} DROP DEFAULT";
        if (old.NotNull && !legacy.KeyColumns.Contains(old.Name)) yield return $"ALTER {SqlIdentifier.Quote(old.Name)} DROP NOT NULL";
    }

    private static ColumnConversion ConversionOf(ColumnShape old, ColumnShape wanted, string timeZone) =>
        ColumnConversion.Find(old, wanted.Type, timeZone) ?? throw new StoreIncompatibleException(
            $"column {old.Name} has type {old.Type}, which cannot be converted to {wanted.Type}; nothing was changed");

    private async Task PlanConversionAsync(ColumnShape old, ColumnShape wanted)
    {
        if (ColumnConversion.LengthOf(wanted.Type) is { } length && !target.KeyColumns.Contains(wanted.Name)
                && await IsLongerAsync(old, wanted, length).ConfigureAwait(false))
            return;
        await DependentObjects.RefuseAsync(context, target.Name, old.NameNow).ConfigureAwait(false);
        var conversion = ConversionOf(old, wanted, context.TimeZone);
        var name = SqlIdentifier.Quote(old.Name);
        var now = SqlIdentifier.Quote(old.NameNow);
        var rows = await context.CountAsync($"SELECT count({now}) FROM {_table}").ConfigureAwait(false);
        var type = wanted.Collation is null ? wanted.Type : $"{wanted.Type} COLLATE {SqlIdentifier.Quote(wanted.Collation)}";
        var broken = $"btrim({now}::text) <> '' AND ({ValueOf(old, wanted, context.TimeZone)}) IS NULL";
        var fallback = Fallback(target.Name, wanted.Name);
        var rejected = conversion.CanFail
            ? await context.RejectAsync(
                target.Name,
                wanted.Name,
                $"is not a valid {wanted.Type}; the text was moved to {LegacyNames.Free(legacy, wanted.Name)}"
                    + (fallback is null ? "" : ", and the user counts as expired until a new value is set"),
                $"SELECT {KeyText} FROM {_table} WHERE {broken} ORDER BY 1").ConfigureAwait(false)
            : 0;
        context.Plan.Steps.Add(new AdoptionStep(target.Name, $"{old.Name}: {old.Type} → {type}", rows - rejected));
        if (rejected == 0)
        {
            _inPlace.Add((old.Name, $"ALTER {name} TYPE {type} USING {conversion.Expression}"));
            return;
        }

        var aside = SqlIdentifier.Quote(LegacyNames.Free(legacy, wanted.Name));
        var moved = ColumnConversion.Find(old with { Name = LegacyNames.Free(legacy, wanted.Name) }, wanted.Type, context.TimeZone)!;
        _apart.Add($"ALTER TABLE {_table} RENAME COLUMN {name} TO {aside}");
        _apart.Add($"ALTER TABLE {_table} ALTER {aside} DROP DEFAULT, ALTER {aside} DROP NOT NULL, ADD COLUMN {name} {type}");
        // Text can be sealed: a value that is not a document may still contain secrets.
        if (wanted.Type == "jsonb") _apart.Add($"ALTER TABLE {_table} ALTER {aside} TYPE text USING {aside}::text");
        var value = fallback is null
            ? moved.Expression
            : $"coalesce({moved.Expression}, CASE WHEN btrim({aside}::text) <> '' THEN {fallback}::{wanted.Type} END)";
        _apart.Add($"UPDATE {_table} SET {name} = {value}");
    }

    /// <summary>A wider column is kept, and no text is truncated.</summary>
    private async Task<bool> IsLongerAsync(ColumnShape old, ColumnShape wanted, int length)
    {
        var value = ValueOf(old, wanted, context.TimeZone);
        if (await context.CountAsync($"SELECT count(*) FROM {_table} WHERE char_length({value}) > {length}").ConfigureAwait(false) == 0) return false;
        await context.RejectAsync(target.Name, wanted.Name, $"is longer than {length} characters; the column stays {old.Type}",
            $"SELECT {KeyText} FROM {_table} WHERE char_length({value}) > {length} ORDER BY 1").ConfigureAwait(false);
        return true;
    }

    /// <summary>Reports values that the type allows but Nexus does not expect. They stay.</summary>
    private async Task ReportOddValuesAsync(ColumnShape old, ColumnShape wanted)
    {
        var value = ValueOf(old, wanted, context.TimeZone);
        if (wanted.Type == "timestamp with time zone")
        {
            // The range of instants in .NET: values outside are read as the nearest instant (PostgresTime).
            var inRange = $"isfinite({value}) AND ({value}) BETWEEN '0001-01-01 00:00:00+00' AND '9999-12-31 23:59:59.999999+00'";
            await context.RejectAsync(
                target.Name, wanted.Name, "is infinite or outside the years 1 to 9999; it stays and is read as the nearest instant",
                $"SELECT {KeyText} FROM {_table} WHERE NOT ({inRange}) ORDER BY 1").ConfigureAwait(false);
        }
        if ((target.Name, wanted.Name) is ("users", "role"))
        {
            await context.RejectAsync(target.Name, wanted.Name, "is neither user nor admin; it stays and counts as user",
                $"SELECT {KeyText} FROM {_table} WHERE {value} NOT IN ('user', 'admin') ORDER BY 1").ConfigureAwait(false);
        }
        if (wanted.Type == "jsonb" && wanted.Default?.StartsWith("'{", StringComparison.Ordinal) == true)
        {
            await context.RejectAsync(target.Name, wanted.Name, "is not a JSON object; it stays unchanged",
                $"SELECT {KeyText} FROM {_table} WHERE jsonb_typeof({value}) NOT IN ('object', 'null') ORDER BY 1").ConfigureAwait(false);
        }
    }

    private string KeyText => $"{SqlIdentifier.Quote(target.KeyColumns[0])}::text";
}
