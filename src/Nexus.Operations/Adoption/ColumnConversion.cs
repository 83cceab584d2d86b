using System.Globalization;
using System.Text.RegularExpressions;
using Nexus.Postgres;

namespace Nexus.Operations.Adoption;

/// <summary>The conversion of a legacy column to the target type.</summary>
/// <param name="Expression">An SQL expression over the quoted column.</param>
/// <param name="CanFail">Whether NULL for a value that is not NULL means that it cannot be converted.</param>
internal sealed partial record ColumnConversion(string Expression, bool CanFail)
{
    /// <param name="old">The existing column.</param>
    /// <param name="type">The target type.</param>
    /// <param name="timeZone">The time zone of timestamps without one.</param>
    /// <returns>Null if there is no conversion.</returns>
    public static ColumnConversion? Find(ColumnShape old, string type, string timeZone)
    {
        var column = SqlIdentifier.Quote(old.Name);
        var zone = $"'{timeZone.Replace("'", "''", StringComparison.Ordinal)}'";
        var source = WithoutSize(old.Type);
        return WithoutSize(type) switch
        {
            "timestamp with time zone" => source switch
            {
                "timestamp with time zone" => Sure(column),
                "timestamp without time zone" => Sure($"{column} AT TIME ZONE {zone}"),
                "date" => Sure($"{column}::timestamp AT TIME ZONE {zone}"),
                _ => Try("instant", column),
            },
            "text" or "character varying" => Sure(source is "json" or "jsonb" ? $"{column} #>> '{{}}'" : $"{column}::text"),
            "jsonb" => source == "jsonb" ? Sure(column) : Try("jsonb", column),
            "text[]" => source is "character varying[]" or "text[]" ? Sure($"{column}::text[]") : Try("text_array", column),
            "boolean" => Try("boolean", column),
            "bigint" => source is "integer" or "smallint" ? Sure($"{column}::bigint") : Try("bigint", column),
            "integer" => source is "smallint" ? Sure($"{column}::integer") : Try("integer", column),
            "uuid" => Try("uuid", column),
            _ => null,
        };
    }

    /// <summary>The n of varchar(n).</summary>
    public static int? LengthOf(string type) =>
        Varchar().Match(type) is { Success: true } match ? int.Parse(match.Groups["length"].Value, CultureInfo.InvariantCulture) : null;

    private static ColumnConversion Sure(string expression) => new(expression, CanFail: false);

    /// <summary>An empty text means no value.</summary>
    private static ColumnConversion Try(string function, string column) =>
        new($"pg_temp.nexus_try_{function}(nullif(btrim({column}::text), ''))", CanFail: true);

    private static string WithoutSize(string type) => Size().Replace(type, "");

    [GeneratedRegex(@"\([0-9,]+\)", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Size();

    [GeneratedRegex(@"^character varying\((?<length>[0-9]+)\)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Varchar();
}
