using System.Text;
using System.Text.RegularExpressions;

namespace Nexus.Audit;

/// <summary>Statements' texts as they may be shown.</summary>
internal static partial class StatementText
{
    private const int LongestShown = 300;

    /// <summary>Longer texts are lists of values; an audit looks at their beginning.</summary>
    public const int LongestRead = 20_000;

    /// <summary>
    /// One line, shortened, with every constant replaced: pg_stat_statements leaves those of utility statements and of texts that it could not
    /// normalise, and a constant may be a secret.
    /// </summary>
    public static string Shown(string text)
    {
        var line = Space().Replace(WithoutConstants(text), " ").Trim();
        return line.Length <= LongestShown ? line : $"{line[..LongestShown]}…";
    }

    /// <summary>Without what only a client puts there: comments, and constants as ?. Only the first <see cref="LongestRead"/> characters.</summary>
    /// <param name="text">The statement.</param>
    /// <param name="backslashEscapes">As in <see cref="SqlLexer"/>.</param>
    public static string WithoutConstants(string text, bool backslashEscapes = false)
    {
        if (text.Length > LongestRead) text = text[..LongestRead];
        var bare = new StringBuilder(text.Length);
        var isSetting = false;
        var (isFirst, isValue) = (true, false);
        foreach (var token in SqlLexer.Read(text, backslashEscapes))
        {
            if (token.Kind is SqlKind.Comment or SqlKind.Space)
            {
                bare.Append(' ');
                continue;
            }
            if (isFirst) isSetting = token.Is(text, "SET") || token.Is(text, "ALTER");
            isFirst = false;
            // SET and ALTER … SET take values also without quotes.
            var isConstant = token.Kind is SqlKind.String or SqlKind.Number || (isValue && token.Kind is SqlKind.Word or SqlKind.Quoted);
            isValue = isSetting && (token.Is(text, "=") || token.Is(text, "TO") || (isValue && token.Is(text, ",")));
            if (isConstant) bare.Append('?');
            else bare.Append(token.Of(text));
            if (isConstant && isSetting) isValue = true;
        }
        return bare.ToString();
    }

    /// <summary>The keyword that it begins with, in upper case.</summary>
    public static string Verb(string text) =>
        SqlLexer.First(text) is { Kind: SqlKind.Word } first ? first.Of(text).ToString().ToUpperInvariant() : "";

    /// <summary>
    /// What drivers, pools and monitors send by themselves: session resets (Npgsql and asyncpg unlock advisory locks when a connection goes back to
    /// its pool), SELECT 1, settings, the catalogue.
    /// </summary>
    public static bool IsHousekeeping(string text) =>
        Housekeeping().IsMatch(WithoutComments(text.Length > LongestRead ? text[..LongestRead] : text).Trim());

    private static string WithoutComments(string text)
    {
        var bare = new StringBuilder(text.Length);
        foreach (var token in SqlLexer.Read(text)) bare.Append(token.Kind == SqlKind.Comment ? " " : token.Of(text));
        return bare.ToString();
    }

    [GeneratedRegex(
        @"^select\s+(\$1|(pg_catalog\.)?(pg_advisory_unlock_all|set_config|current_setting|version|now|pg_is_in_recovery)"
        + @"\s*\([^()]*\)(\s+as\s+\w+)?)\s*;?$"
        + @"|\bpg_catalog\.|\bfrom\s+(pg_|information_schema\.)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Housekeeping();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Space();
}
