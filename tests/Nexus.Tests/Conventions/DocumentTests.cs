using System.Text.RegularExpressions;

namespace Nexus.Tests.Conventions;

/// <summary>The form of the documents.</summary>
public sealed partial class DocumentTests
{
    [Fact]
    public void Every_table_of_a_document_is_in_one_piece()
    {
        var files = Sources.Files().Where(file => Path.GetExtension(file) == ".md").ToList();

        Assert.True(files.Count > 30, "the documents were not found");
        Assert.Empty(files.SelectMany(BrokenTables));
    }

    [Theory]
    [InlineData("how-to/adopt", "guias/adoptar")]
    [InlineData("how-to/alert", "guias/alertar")]
    [InlineData("how-to/back-up", "guias/copias")]
    [InlineData("how-to/fail-over", "guias/conmutar")]
    [InlineData("how-to/rotate-keys", "guias/rotar-claves")]
    [InlineData("how-to/scale", "guias/escalar")]
    [InlineData("tutorials/csharp", "tutoriales/csharp")]
    [InlineData("tutorials/python", "tutoriales/python")]
    [InlineData("tutorials/typescript", "tutoriales/typescript")]
    public void A_Spanish_page_has_the_parts_of_the_English_one(string english, string spanish)
    {
        Assert.Equal(Parts($"docs/{english}.md"), Parts($"docs/es/{spanish}.md"));

        static (int Blocks, int Headings, int Items, int Rows, int Links) Parts(string file)
        {
            var text = File.ReadAllText(Path.Combine(Sources.Root, file));
            var prose = CodeBlock().Replace(text, "");
            return (CodeBlock().Count(text), Heading().Count(prose), Item().Count(prose), Row().Count(prose), Link().Count(prose));
        }
    }

    [Fact]
    public void Spanish_texts_address_the_reader_as_usted()
    {
        var files = Sources.Files("docs/es").Concat(Sources.Files("src/Nexus.Server/Dashboard/Texts").Where(file => file.EndsWith("es.json",
            StringComparison.Ordinal))).ToList();

        Assert.True(files.Count > 10, "the texts were not found");
        Assert.Empty(files.SelectMany(file => Familiar().Matches(CodeBlock().Replace(File.ReadAllText(Path.Combine(Sources.Root, file)), ""))
            .Select(found => $"{file}: {found.Value}")));
        string[] familiar = ["tus claves", "Necesitas un", "Haz una", "Ejecútalo", "1. Crea la", "## 3. Escribe el"];
        Assert.All(familiar, text => Assert.Matches(Familiar(), text));
    }

    /// <summary>Pronouns, verbs and imperatives of tú. An imperative that is also the third person counts where a step begins.</summary>
    [GeneratedRegex(
        @"\b([Tt]ú|[Tt]us?|[Cc]ontigo|[Nn]ecesitas|[Tt]ienes|[Pp]uedes|[Dd]ebes|[Qq]uieres|[Ss]abes|[Hh]az|[Dd]etén|[Pp]on|[Ee]jecútal[oa]s?"
            + @"|[Ii]nícial[oa]s?|[Dd]éjal[oa]s?|[Pp]ruébal[oa]s?|[Aa]ñádel[oa]s?|[Pp]onl[oa]s?|[Aa]ctíval[oa]s?)\b|^(#+ )?[0-9]+\. (Crea|Escribe"
            + "|Ejecuta|Inicia|Envía|Mira|Abre|Cierra|Instala|Guarda|Usa|Elige|Define|Quita|Añade|Limita|Promueve|Importa|Habla) ",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Familiar();

    /// <summary>Rows without a header: an empty line cuts a table, and what follows is shown as text.</summary>
    private static IEnumerable<string> BrokenTables(string file)
    {
        var (lines, isCode) = (File.ReadAllLines(Path.Combine(Sources.Root, file)), false);
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal)) isCode = !isCode;
            var isFirst = IsRow(i) && !IsRow(i - 1);
            if (!isCode && isFirst && (i + 1 == lines.Length || !Separator().IsMatch(lines[i + 1]))) yield return $"{file}:{i + 1}";
        }

        bool IsRow(int at) => at >= 0 && lines[at].TrimStart().StartsWith('|');
    }

    [GeneratedRegex(@"^\s*\|[\s:|-]+\|\s*$", RegexOptions.NonBacktracking)]
    private static partial Regex Separator();

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("^#+ ", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\s*(?:-|[0-9]+\.) ", RegexOptions.Multiline)]
    private static partial Regex Item();

    [GeneratedRegex(@"^\s*\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\]\(")]
    private static partial Regex Link();
}
