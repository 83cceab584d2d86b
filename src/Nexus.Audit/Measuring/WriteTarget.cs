using System.Text.RegularExpressions;

namespace Nexus.Audit;

/// <summary>What a statement writes to, read from its text.</summary>
/// <param name="Verb">INSERT, UPDATE or DELETE.</param>
/// <param name="Table">As written, without quotes.</param>
internal sealed partial record WriteTarget(string Verb, string Table)
{
    /// <summary>Null for a statement that writes nothing, or not in a way that is seen from its text.</summary>
    public static WriteTarget? Of(string text)
    {
        if (StatementText.Verb(text) is not ("INSERT" or "UPDATE" or "DELETE" or "WITH")) return null;
        // ON CONFLICT DO UPDATE SET and FOR UPDATE OF name no table after UPDATE; an insert is found before them.
        var match = Target().Matches(StatementText.WithoutConstants(text))
            .FirstOrDefault(match => match.Groups["table"].Value.ToUpperInvariant() is not ("SET" or "OF" or "SKIP" or "NOWAIT"));
        if (match is null) return null;
        var verb = match.Groups["verb"].Value;
        return new WriteTarget(StatementText.Verb(verb), match.Groups["table"].Value.Replace("\"", "", StringComparison.Ordinal));
    }

    [GeneratedRegex(
        """\b(?<verb>insert\s+into|update|delete\s+from)\s+(?:only\s+)?(?<table>(?:"[^"]+"|\w+)(?:\.(?:"[^"]+"|\w+))?)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Target();
}
