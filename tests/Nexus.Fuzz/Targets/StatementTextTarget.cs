using System.Text;
using Nexus.Audit;

namespace Nexus.Fuzz.Targets;

/// <summary>Statements of other programs, as the statistics of the audited server show them: cut, not normalised, in any encoding.</summary>
internal sealed class StatementTextTarget : FuzzTarget
{
    public override string Name => "statement-text";

    public override IReadOnlyList<string> Dictionaries => ["sql"];

    public override int Mutations => 1500;

    public override void Run(byte[] input, ShownTexts shown)
    {
        var text = Encoding.UTF8.GetString(input);
        foreach (var escapes in new[] { false, true })
        {
            var at = 0;
            foreach (var token in SqlLexer.Read(text, escapes))
            {
                if (token.Start != at || token.Length <= 0) throw new FuzzFailureException("a character belongs to no token, or to two");
                at += token.Length;
            }
            if (at != text.Length) throw new FuzzFailureException("the end of the text belongs to no token");
        }
        shown.Add(StatementText.Shown(text));
        shown.Add(StatementText.WithoutConstants(text));
        StatementText.Verb(text);
        StatementText.IsHousekeeping(text);
        _ = StatementShape.Read(text).Sum(shape => shape.Conditions.Count + shape.Tables.Count);
        foreach (var filter in JsonFilter.Read(text))
        {
            JsonFilter.LooksInto(text, filter.Column);
            JsonFilter.ComparesWithGiven(text, filter.Column);
            _ = JsonFilter.Keys(text, filter.Column).Count();
        }
        UpdateShape.Read(text);
        WriteTarget.Of(text);
        _ = PrintableSql.Of(text);
    }

    public override bool IsDocumented(Exception error) => false;

    /// <summary>As the first constant of a text, whose quotes cannot belong to anything else.</summary>
    public override bool HidesPlanted(ReadOnlySpan<byte> input) =>
        PlantedSecret.Follows(input, "'") && input[..input.IndexOf(PlantedSecret.Utf8)].IndexOfAny("\"$-/"u8) < 0
        && input[..input.IndexOf(PlantedSecret.Utf8)].Count((byte)'\'') == 1;
}
