namespace Nexus.Postgres;

/// <summary>How a migration is undone, or the reason why it is not: the file of the same name in the folder Reversals.</summary>
/// <remarks>Each row that a SELECT of the file returns is such a reason. The other statements undo the migration, in their order.</remarks>
internal sealed record MigrationReversal
{
    private const string Missing = "SELECT 'this version of Nexus has no statements that undo it: restore a backup'";

    private MigrationReversal(IReadOnlyList<string> statements) => Statements = statements;

    /// <summary>All statements in their order.</summary>
    public IReadOnlyList<string> Statements { get; }

    /// <summary>Those that change the schema.</summary>
    public IReadOnlyList<string> Changes => [.. Statements.Where(statement => !IsCheck(statement) && !Begins(statement, "LOCK "))];

    /// <summary>Those that change nothing and return reasons.</summary>
    public IReadOnlyList<string> Checks => [.. Statements.Where(IsCheck)];

    /// <param name="text">The text of the file; null where there is none, which refuses.</param>
    public static MigrationReversal Parse(string? text) => new(SqlScript.Split((text ?? Missing).ReplaceLineEndings("\n")));

    /// <summary>Whether the statement returns reasons.</summary>
    public static bool IsCheck(string statement) => Begins(statement, "SELECT ");

    /// <summary>A statement may have lines of comments above it.</summary>
    private static bool Begins(string statement, string word) =>
        statement.Split('\n').First(line => !line.StartsWith("--", StringComparison.Ordinal)).StartsWith(word, StringComparison.Ordinal);
}
