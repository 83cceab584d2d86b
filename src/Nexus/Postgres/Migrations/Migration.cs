using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Nexus.Infrastructure;

namespace Nexus.Postgres;

/// <summary>One numbered step of the schema.</summary>
/// <remarks>
/// Comment lines at the top of the file steer it: <c>-- nexus: concurrently</c> runs the statements one by one outside a transaction, as
/// CREATE INDEX CONCURRENTLY needs; <c>-- nexus: minimum-reader 7</c> says that programs which know fewer than 7 migrations cannot use the
/// schema any more.
/// </remarks>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed partial record Migration
{
    private Migration(int number, string name, string sql, string? reversal)
    {
        (Number, Name, Sql, Reversal) = (number, name, sql, MigrationReversal.Parse(reversal));
        Checksum = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(sql)));
        Statements = SqlScript.Split(sql);
        foreach (Match directive in Directives().Matches(sql))
        {
            if (directive.Groups["name"].Value == "concurrently") IsConcurrent = true;
            else MinimumReader = int.Parse(directive.Groups["number"].Value, CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Its place in the order, from 1.</summary>
    public int Number { get; }

    /// <summary>What the file's name says after the number.</summary>
    internal string Name { get; }

    /// <summary>The text with line ends normalised, so that a checkout on Windows is the same migration.</summary>
    internal string Sql { get; }

    /// <summary>SHA-256 of <see cref="Sql"/>, 64 hexadecimal digits.</summary>
    internal string Checksum { get; }

    /// <summary>The statements in their order.</summary>
    public IReadOnlyList<string> Statements { get; }

    /// <summary>The statements that undo it; none where there is nothing to undo or it cannot be undone.</summary>
    public IReadOnlyList<string> UndoStatements => Reversal.Changes;

    /// <summary>How it is undone. Not part of the checksum: a reversal may be corrected after a release.</summary>
    internal MigrationReversal Reversal { get; }

    /// <summary>Each statement commits by itself.</summary>
    internal bool IsConcurrent { get; }

    /// <summary>The number of migrations that a program must know at least, 0 when this one changes nothing about that.</summary>
    internal int MinimumReader { get; }

    /// <summary>Such as <c>0001_state</c>.</summary>
    public override string ToString() => $"{Number:0000}_{Name}";

    /// <param name="fileName">Such as <c>0001_state.sql</c>.</param>
    /// <param name="text">The file's text.</param>
    /// <param name="reversal">The text of the file that undoes it, null for none.</param>
    internal static Migration Parse(string fileName, string text, string? reversal = null)
    {
        var match = FileName().Match(fileName);
        if (!match.Success) throw new ArgumentException($"{fileName} is not named like 0001_name.sql", nameof(fileName));
        var number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        return new Migration(number, match.Groups["name"].Value, text.ReplaceLineEndings("\n"), reversal);
    }

    [GeneratedRegex(@"^(?<number>\d{4})_(?<name>[a-z0-9_]+)\.sql$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex FileName();

    [GeneratedRegex(@"^-- nexus: (?<name>concurrently|minimum-reader (?<number>\d{1,4}))$",
        RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Directives();
}
