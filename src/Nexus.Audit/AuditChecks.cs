namespace Nexus.Audit;

/// <summary>The checks of an audit, with their explanations.</summary>
/// <example><code>Console.WriteLine(AuditChecks.Find("K2")?.Explain(AuditLanguage.English));</code></example>
public static class AuditChecks
{
    /// <summary>All checks, by group and number.</summary>
    public static IReadOnlyList<AuditCheckInfo> All { get; } = [.. CheckCatalogue.All.Select(check => new AuditCheckInfo(check))];

    /// <summary>The check with that id, in any case; null when there is none.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="id"/> is null.</exception>
    public static AuditCheckInfo? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return All.FirstOrDefault(check => check.Id.Equals(id, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The ids of at most four checks that a mistyped id may have meant: of the same group, or with the text in their title.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="id"/> is null.</exception>
    public static IReadOnlyList<string> Suggest(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Explanations.Suggest(id);
    }

    /// <summary>The message for an id that does not exist: the id if it is short and plain, and what it may have meant.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="id"/> is null.</exception>
    public static string DescribeUnknown(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Explanations.NoSuchCheck(id);
    }
}
