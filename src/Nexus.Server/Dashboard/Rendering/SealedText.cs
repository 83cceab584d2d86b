using System.Text.RegularExpressions;

namespace Nexus.Server.Dashboard;

/// <summary>Documents with sealed values, for people: a sealed value says nothing, and it does not leave the server.</summary>
public static partial class SealedText
{
    /// <summary>The document with one member on each line and stars in place of sealed values.</summary>
    public static string Show(string json) => SealedValue.Replace(JsonDiff.Pretty(json), "********");

    [GeneratedRegex(@"nx1\.[A-Za-z0-9_.\-]+", RegexOptions.NonBacktracking)]
    private static partial Regex SealedValue { get; }
}
