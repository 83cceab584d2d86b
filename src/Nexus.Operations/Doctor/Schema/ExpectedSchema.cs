using Nexus.Postgres;

namespace Nexus.Operations.Doctor.Schema;

/// <summary>
/// The schema that the migrations make, from the file <c>schema.txt</c>, which a test compares with a database that they have made.
/// </summary>
internal static class ExpectedSchema
{
    private const string File = "Nexus.Operations.Doctor.Schema.schema.txt";

    /// <summary>Stands for the name of the schema, and for the name as a text.</summary>
    private const string Name = "{schema}", Literal = "{literal}";

    /// <summary>Stands for the end of a line in a definition: each object has one line.</summary>
    private const char LineEnd = '\u2424';

    /// <param name="schema">The name of the schema.</param>
    public static IReadOnlyList<SchemaObject> Of(string schema)
    {
        using var stream = typeof(ExpectedSchema).Assembly.GetManifestResourceStream(File)!;
        using var reader = new StreamReader(stream);
        var (name, literal) = (SqlIdentifier.Quote(schema), $"'{schema.Replace("'", "''", StringComparison.Ordinal)}'");
        return
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).Select(part =>
                new SchemaObject(
                    part[0], part[1], part[2],
                    part[3].Replace(LineEnd, '\n').Replace(Name, name, StringComparison.Ordinal)
                        .Replace(Literal, literal, StringComparison.Ordinal))),
        ];
    }

    /// <summary>The content of the file.</summary>
    /// <param name="objects">A schema that the migrations have made.</param>
    /// <param name="schema">Its name, a word that occurs nowhere else.</param>
    public static string Write(IEnumerable<SchemaObject> objects, string schema) => string.Concat(objects.Select(one =>
    {
        var definition = one.Definition.Replace($"'{schema}'", Literal, StringComparison.Ordinal).Replace(schema, Name, StringComparison.Ordinal)
            .Replace('\n', LineEnd).Replace('\t', ' ');
        return $"{one.Kind}\t{one.Table}\t{one.Name}\t{definition}\n";
    }));
}
