using System.Text.RegularExpressions;

namespace Nexus.Operations.Audit.Measuring;

/// <summary>Statements' texts as they may be shown.</summary>
internal static partial class StatementText
{
    private const int LongestShown = 300;

    /// <summary>
    /// One line, shortened, with every constant replaced: pg_stat_statements leaves those of utility statements and of texts that it could not normalise, and a constant may be
    /// a secret.
    /// </summary>
    public static string Shown(string text)
    {
        var line = Space().Replace(WithoutConstants(text), " ").Trim();
        return line.Length <= LongestShown ? line : $"{line[..LongestShown]}…";
    }

    /// <summary>Without what only a client puts there: comments, and constants as ?.</summary>
    public static string WithoutConstants(string text) => Constant().Replace(Comment().Replace(text, " "), static match => match.Value[0] == '"' || (match.Value[0] == '$' && char.IsAsciiDigit(match.Value[1])) ? match.Value : "?");

    /// <summary>The keyword that it begins with, in upper case.</summary>
    public static string Verb(string text)
    {
        var bare = Comment().Replace(text, " ").TrimStart(' ', '\n', '\t', '\r', '(');
        var end = bare.AsSpan().IndexOfAnyExceptInRange('A', 'z');
        return (end < 0 ? bare : bare[..end]).ToUpperInvariant();
    }

    /// <summary>
    /// What drivers, pools and monitors send by themselves: session resets (Npgsql and asyncpg unlock advisory locks when a connection goes back to its pool), SELECT 1, settings, the catalogue.
    /// </summary>
    public static bool IsHousekeeping(string text) => Housekeeping().IsMatch(Comment().Replace(text, " ").Trim());

    [GeneratedRegex(@"^select\s+(\$1|(pg_catalog\.)?(pg_advisory_unlock_all|set_config|current_setting|version|now|pg_is_in_recovery)\s*\([^()]*\)(\s+as\s+\w+)?)\s*;?$|\bpg_catalog\.|\bfrom\s+(pg_|information_schema\.)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Housekeeping();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Space();

    [GeneratedRegex(@"/\*.*?\*/|--[^\n]*", RegexOptions.CultureInvariant | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Comment();

    // Parameters and quoted names come first, so that what is inside them is not taken for a constant; dollar-quoted bodies, then strings, then numbers.
    [GeneratedRegex("""\$\d+|"(?:[^"]|"")*"|(?<tag>\$\w*\$)(?s:.*?)\k<tag>|[eEbBxXuU]?&?'(?:[^'\\]|''|\\.)*'|(?<![\w$.])\d+(?:\.\d+)?(?:[eE][+-]?\d+)?""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Constant();
}
