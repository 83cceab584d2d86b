using System.Text.RegularExpressions;

namespace Nexus.Audit;

/// <summary>Whether a client sends values inside the statement's text, as seen in samples of sessions.</summary>
internal static partial class Literals
{
    /// <summary>A statement that reads or writes rows: the others take no parameters.</summary>
    public static bool TakesParameters(string query) =>
        StatementText.Verb(query) is "SELECT" or "INSERT" or "UPDATE" or "DELETE" or "WITH" or "MERGE";

    /// <summary>Constants and no parameter: the client put the values into the text.</summary>
    public static bool AreInterpolated(string query) => TakesParameters(query) && !Parameter().IsMatch(query) && Compared().IsMatch(query);

    [GeneratedRegex(@"\$\d", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();

    // A constant that is compared or inserted; LIMIT 1, now() - interval '1 day' and the like are constants of the program.
    [GeneratedRegex(@"(?:[=<>]|\bin\s*\(|\blike\b|\bvalues\s*\(|@>)\s*(?:E?'|-?\d)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Compared();
}
