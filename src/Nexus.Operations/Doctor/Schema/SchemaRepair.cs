using System.Globalization;
using System.Text;
using Nexus.Audit;
using Nexus.Postgres;

namespace Nexus.Operations.Doctor.Schema;

/// <summary>The statements that make of a schema what the migrations have made.</summary>
/// <param name="expected">What the migrations make.</param>
/// <param name="schema">The name of the schema.</param>
internal sealed class SchemaRepair(IReadOnlyList<SchemaObject> expected, string schema)
{
    /// <summary>For an object that is missing; null for a column with values of records, which come back from a backup only.</summary>
    public string? Make(SchemaObject one) => one.Kind switch
    {
        SchemaKinds.Column => FindGenerated(one) is { } generated ? MakeGenerated(generated) : null,
        SchemaKinds.NotNull => $"{Column(one)} SET NOT NULL",
        SchemaKinds.Default => $"{Column(one)} SET DEFAULT {one.Definition}",
        SchemaKinds.Generated => MakeGenerated(one),
        SchemaKinds.Identity => $"{Column(one)} ADD GENERATED {one.Definition} AS IDENTITY",
        SchemaKinds.Constraint => $"ALTER TABLE {Table(one)} ADD CONSTRAINT {Quoted(one.Name)} {one.Definition}",
        SchemaKinds.Index => MakeIndex(one),
        SchemaKinds.Setting => $"ALTER TABLE {Table(one)} SET ({one.Name} = {one.Definition})",
        SchemaKinds.Sequence => $"CREATE SEQUENCE {Named(one.Name)} AS {one.Definition}",
        SchemaKinds.Owner => $"ALTER SEQUENCE {Named(one.Name)} OWNED BY {Table(one)}.{Quoted(one.Definition)}",
        _ => one.Definition,
    };

    /// <summary>For an object that is another one.</summary>
    public string? Change(SchemaObject one) => one.Kind switch
    {
        SchemaKinds.Table => null,
        SchemaKinds.Column when FindGenerated(one) is { } generated => MakeGenerated(generated),
        SchemaKinds.Column => $"{Column(one)} TYPE {one.Definition}",
        SchemaKinds.Identity => $"{Column(one)} SET GENERATED {one.Definition}",
        SchemaKinds.Constraint => $"ALTER TABLE {Table(one)} DROP CONSTRAINT {Quoted(one.Name)}; {Make(one)}",
        SchemaKinds.Index => $"DROP INDEX {Named(one.Name)}; {Make(one)}",
        SchemaKinds.Trigger => $"DROP TRIGGER {Quoted(one.Name)} ON {Table(one)}; {Make(one)}",
        SchemaKinds.Sequence => $"ALTER SEQUENCE {Named(one.Name)} AS {one.Definition}",
        _ => Make(one),
    };

    /// <summary>For an object that is there and does not do its work.</summary>
    public string? Restore(SchemaObject one, string state) => (state, one.Kind) switch
    {
        ("unlogged", _) => $"ALTER TABLE {Table(one)} SET LOGGED",
        ("row security", _) => $"ALTER TABLE {Table(one)} DISABLE ROW LEVEL SECURITY",
        ("disabled", _) => $"ALTER TABLE {Table(one)} ENABLE TRIGGER {Quoted(one.Name)}",
        ("not valid", _) => $"ALTER TABLE {Table(one)} VALIDATE CONSTRAINT {Quoted(one.Name)}",
        ("invalid", SchemaKinds.Index) => IsPartitioned(one) ? Change(one) : $"REINDEX INDEX CONCURRENTLY {Named(one.Name)}",
        ("invalid", SchemaKinds.Constraint) => $"REINDEX INDEX CONCURRENTLY {Named(one.Name)}",
        _ => null,
    };

    public string DropNotNull(SchemaObject one) => $"{Column(one)} DROP NOT NULL";

    public string DropDefault(SchemaObject one) => $"{Column(one)} DROP DEFAULT";

    public string DropSetting(SchemaObject one) => $"ALTER TABLE {Table(one)} RESET ({one.Name})";

    public string SetGuard() => $"SELECT {SqlIdentifier.Quote(schema)}.nexus_legacy_guard(true)";

    /// <summary>PostgreSQL cannot change the expression of a column before version 17; indexes on it go with the column.</summary>
    private string MakeGenerated(SchemaObject generated)
    {
        var type = expected.First(one => one.Key == (SchemaKinds.Column, generated.Table, generated.Name)).Definition;
        var indexes = expected.Where(one => one.Kind == SchemaKinds.Index && one.Table == generated.Table
            && one.Definition.Contains(generated.Name, StringComparison.Ordinal)).Select(MakeIndex);
        var column = $"ALTER TABLE {Table(generated)} DROP COLUMN IF EXISTS {Quoted(generated.Name)}, ADD COLUMN {Quoted(generated.Name)} {type} "
            + $"GENERATED ALWAYS AS ({generated.Definition}) STORED";
        return string.Join("; ", [column, .. indexes]);
    }

    /// <summary>Two differences may have one cause: a column takes its indexes with it.</summary>
    private string MakeIndex(SchemaObject index) => IsPartitioned(index)
        // Not concurrently, which PostgreSQL refuses for a partitioned table.
        ? index.Definition.Replace("INDEX ", "INDEX IF NOT EXISTS ", StringComparison.Ordinal).Replace(" ON ONLY ", " ON ", StringComparison.Ordinal)
        : index.Definition.Replace("INDEX ", "INDEX CONCURRENTLY IF NOT EXISTS ", StringComparison.Ordinal);

    private SchemaObject? FindGenerated(SchemaObject column) =>
        expected.FirstOrDefault(one => one.Key == (SchemaKinds.Generated, column.Table, column.Name));

    private bool IsPartitioned(SchemaObject one) =>
        expected.Any(table => table.Key == (SchemaKinds.Table, one.Table, "") && table.Definition == "partitioned");

    private string Column(SchemaObject one) => $"ALTER TABLE {Table(one)} ALTER COLUMN {Quoted(one.Name)}";

    private string Table(SchemaObject one) => Named(one.Table);

    private string Named(string name) => $"{SqlIdentifier.Quote(schema)}.{Quoted(name)}";

    /// <summary>
    /// The statement is shown to be entered: what cannot be seen in a name, such as the end of a line, is written as its code point.
    /// </summary>
    private static string Quoted(string name)
    {
        if (name.EnumerateRunes().All(Printable.IsVisible)) return SqlIdentifier.Quote(name);
        var quoted = new StringBuilder("U&\"");
        foreach (var rune in name.EnumerateRunes())
        {
            if (!Printable.IsVisible(rune)) quoted.Append(CultureInfo.InvariantCulture, $"\\+{rune.Value:X6}");
            else quoted.Append(rune.Value is '"' or '\\' ? $"{rune}{rune}" : rune.ToString());
        }
        return quoted.Append('"').ToString();
    }
}
