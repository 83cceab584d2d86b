using System.Text.RegularExpressions;
using Nexus.Postgres;

namespace Nexus.Operations.Doctor.Schema;

/// <summary>
/// Compares a schema with the one that the migrations make. What an operator has added is no difference, unless writes of Nexus fail with it:
/// indexes, constraints, triggers and columns of others, wider columns, and the settings of autovacuum.
/// </summary>
internal sealed partial class SchemaComparison
{
    /// <summary>A column that every insert must name.</summary>
    private const string NoValue = "no value";

    /// <summary>The beginning of the names of the triggers of an adopted database.</summary>
    private const string Guard = "nexus_legacy_";

    /// <summary>The table that the replaced bot wrote its trades to.</summary>
    private const string Journal = "trade_journal";

    /// <summary>What a partition of the trades is called in place of its kind.</summary>
    private const string Partition = "partition";

    private static readonly string[] Guarded = ["sessions", "users", "bot_state"];

    private readonly SchemaRepair _repair;
    private readonly IReadOnlyList<SchemaObject> _expected;
    private readonly IReadOnlyList<SchemaObject> _found;
    private readonly Dictionary<(string Kind, string Table, string Name), SchemaObject> _byKey;
    private readonly List<SchemaDifference> _differences = [];

    private SchemaComparison(IReadOnlyList<SchemaObject> expected, IReadOnlyList<SchemaObject> found, string schema)
    {
        (_expected, _found, _repair) = (expected, found, new SchemaRepair(expected, schema));
        _byKey = found.ToDictionary(one => one.Key);
    }

    /// <param name="expected">What the migrations make.</param>
    /// <param name="found">What is there.</param>
    /// <param name="schema">The name of the schema.</param>
    /// <returns>The differences. A table that is missing is none: another check names it.</returns>
    public static IReadOnlyList<SchemaDifference> Run(IReadOnlyList<SchemaObject> expected, IReadOnlyList<SchemaObject> found, string schema)
    {
        var comparison = new SchemaComparison(expected, found, schema);
        foreach (var one in expected) comparison.Compare(one);
        foreach (var one in found) comparison.CompareAdded(one);
        comparison.CompareGuard();
        return comparison._differences;
    }

    private void Compare(SchemaObject expected)
    {
        if (expected.Kind != SchemaKinds.Table && expected.Table.Length > 0 && !Exists(SchemaKinds.Table, expected.Table, "")) return;
        // What a column has is missing with it.
        if (IsOfColumn(expected) && !Exists(SchemaKinds.Column, expected.Table, expected.Name)) return;
        if (!_byKey.TryGetValue(expected.Key, out var found))
        {
            if (expected.Kind != SchemaKinds.Table) Add(expected, $"{Describe(expected)} is missing", _repair.Make(expected));
        }
        else if (!IsSame(expected, found))
        {
            var message = expected.Kind == SchemaKinds.Function
                ? $"{Describe(expected)} is not the one of the migrations"
                : $"{Describe(expected)} is {Shorten(found.Definition)} instead of {Shorten(expected.Definition)}";
            Add(expected, message, _repair.Change(expected));
        }
        else if (found.State is { } state && state != NoValue) Add(expected, $"{Describe(expected)} {Said(state)}", _repair.Restore(expected, state));
    }

    /// <summary>What is not of the migrations, and what a partition has.</summary>
    private void CompareAdded(SchemaObject found)
    {
        if (_expected.Any(one => one.Key == found.Key)) return;
        var isOfNexus = Expects(SchemaKinds.Table, found.Table, "");
        switch (found.Kind)
        {
            case SchemaKinds.NotNull when isOfNexus && Expects(SchemaKinds.Column, found.Table, found.Name):
                Add(found, $"the column {found.Table}.{found.Name} is NOT NULL, which the migrations do not make", _repair.DropNotNull(found));
                break;
            case SchemaKinds.NotNull when isOfNexus && found.State == NoValue:
                Add(
                    found, $"the column {found.Table}.{found.Name}, which is not of Nexus, is NOT NULL without a default: every insert fails",
                    _repair.DropNotNull(found));
                break;
            case SchemaKinds.Default when isOfNexus && Expects(SchemaKinds.Column, found.Table, found.Name):
                Add(
                    found, $"the column {found.Table}.{found.Name} has the default {Shorten(found.Definition)}, which the migrations do not make",
                    _repair.DropDefault(found));
                break;
            case SchemaKinds.Trigger when found.State is not null && Expects(SchemaKinds.Trigger, "trades", found.Name)
                && IsPartition(found.Table):
                Add(found, $"the trigger {found.Name} of the partition {found.Table} {Said(found.State)}", _repair.Restore(found, found.State));
                break;
            case SchemaKinds.Trigger when found.State is not null && IsOfGuard(found):
                Add(found, $"{Describe(found)} of the guard of an adopted database {Said(found.State)}", _repair.Restore(found, found.State));
                break;
            case SchemaKinds.Table when found is { State: "unlogged", Definition: Partition }:
                Add(found, $"the partition {found.Table} {Said(found.State)}", _repair.Restore(found, found.State));
                break;
            case SchemaKinds.Index when found.State is not null && isOfNexus:
                Add(found, $"{Describe(found)} {Said(found.State)}", _repair.Restore(found, found.State));
                break;
            case SchemaKinds.Setting when isOfNexus && found is { Name: "autovacuum_enabled", Definition: "false" or "off" }:
                Add(found, $"autovacuum is switched off for the table {found.Table}: it grows without limit", _repair.DropSetting(found));
                break;
        }
    }

    /// <summary>The owner may lift the guard of an adopted database, which removes it from every table.</summary>
    private void CompareGuard()
    {
        if (!_found.Any(one => one.Kind == SchemaKinds.Trigger && IsOfGuard(one))) return;
        foreach (var table in Guarded)
        {
            if (!Exists(SchemaKinds.Table, table, "")) continue;
            foreach (var name in (string[])[$"{Guard}insert", $"{Guard}update", $"{Guard}delete", $"{Guard}truncate"])
            {
                if (Exists(SchemaKinds.Trigger, table, name)) continue;
                _differences.Add(new SchemaDifference(
                    IsProblem: true, $"the guard of the adopted table {table} lacks its trigger {name}, so that a legacy bot can write to it",
                    _repair.SetGuard()));
            }
        }
    }

    /// <summary>A trigger of that name at a table of somebody else says nothing of an adoption.</summary>
    private static bool IsOfGuard(SchemaObject trigger) => trigger.Name.StartsWith(Guard, StringComparison.Ordinal)
        && (Guarded.Contains(trigger.Table) || trigger.Table == Journal);

    /// <summary>A table that is none is in the list of tables with another definition.</summary>
    private bool IsPartition(string table) => !_byKey.TryGetValue((SchemaKinds.Table, table, ""), out var found) || found.Definition == Partition;

    private bool Exists(string kind, string table, string name) => _byKey.ContainsKey((kind, table, name));

    private bool Expects(string kind, string table, string name) => _expected.Any(one => one.Key == (kind, table, name));

    private static bool IsOfColumn(SchemaObject one) =>
        one.Kind is SchemaKinds.NotNull or SchemaKinds.Default or SchemaKinds.Generated or SchemaKinds.Identity;

    private void Add(SchemaObject one, string message, string? sql)
    {
        var isSlowOnly = one.Kind == SchemaKinds.Setting
            || (one.Kind == SchemaKinds.Index && !one.Definition.StartsWith("CREATE UNIQUE", StringComparison.Ordinal));
        _differences.Add(new SchemaDifference(!isSlowOnly, message, sql));
    }

    private static string Describe(SchemaObject one) => one.Kind switch
    {
        SchemaKinds.Table => $"the table {one.Table}",
        SchemaKinds.Column => $"the column {one.Table}.{one.Name}",
        SchemaKinds.NotNull => $"NOT NULL of the column {one.Table}.{one.Name}",
        SchemaKinds.Default => $"the default of the column {one.Table}.{one.Name}",
        SchemaKinds.Generated => $"the expression of the generated column {one.Table}.{one.Name}",
        SchemaKinds.Identity => $"the identity of the column {one.Table}.{one.Name}",
        SchemaKinds.Function => $"the function {one.Name}",
        SchemaKinds.Sequence => $"the sequence {one.Name}",
        SchemaKinds.Owner => $"the ownership of the sequence {one.Name} by {one.Table}.{one.Definition}",
        SchemaKinds.Setting => $"the setting {one.Name} of the table {one.Table}",
        _ => $"the {one.Kind} {one.Name} of the table {one.Table}",
    };

    private static string Said(string state) => state switch
    {
        "invalid" => "is invalid: writes maintain it and no query uses it",
        "disabled" => "is switched off",
        "not valid" => "is not validated",
        "unlogged" => "is UNLOGGED: a crash of the server empties it",
        "row security" => "has row-level security, which hides records from Nexus",
        _ => state,
    };

    private static bool IsSame(SchemaObject expected, SchemaObject found)
    {
        var (wanted, given) = (Compact(expected.Definition), Compact(found.Definition));
        return wanted == given || expected.Kind switch
        {
            SchemaKinds.Column => IsWider(expected.Definition, found.Definition),
            SchemaKinds.Sequence => expected.Definition == "integer" && found.Definition == "bigint",
            // What an operator has set stays; the room in the pages decides whether updates stay cheap.
            SchemaKinds.Setting => expected.Name != "fillfactor",
            _ => false,
        };
    }

    /// <summary>
    /// Versions of the server print brackets, spaces and quotes differently, and a restored expression has its casts in other places: the text that
    /// was printed is read as another tree.
    /// </summary>
    private static string Compact(string definition) => Printed().Replace(Cast().Replace(definition, ""), "");

    /// <summary>A longer text and a wider integer take all that Nexus stores.</summary>
    private static bool IsWider(string expected, string found)
    {
        var (wanted, given) = (Bounded().Match(expected), Bounded().Match(found));
        if (expected == "integer" && found == "bigint") return true;
        if (!wanted.Success || !given.Success || wanted.Groups["rest"].Value != given.Groups["rest"].Value) return false;
        return !given.Groups["length"].Success
            || (wanted.Groups["length"].Success && Length(given) >= Length(wanted));

        static int Length(Match match) => int.Parse(match.Groups["length"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string Shorten(string text) => text.Length <= 100 ? text : $"{text.AsSpan(0, 99)}…";

    [GeneratedRegex("""[\s()"']+""", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Printed();

    [GeneratedRegex(
        @"::(text|character varying|numeric|integer|bigint|jsonb?|timestamp with(out)? time zone)(\([0-9,]+\))?(\[\])?",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Cast();

    [GeneratedRegex(@"^(text|character varying(\((?<length>[0-9]+)\))?)(?<rest>.*)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture
        | RegexOptions.NonBacktracking)]
    private static partial Regex Bounded();
}
