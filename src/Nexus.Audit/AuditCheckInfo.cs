namespace Nexus.Audit;

/// <summary>One check of an audit.</summary>
public sealed class AuditCheckInfo
{
    private readonly AuditCheck _check;

    internal AuditCheckInfo(AuditCheck check) => _check = check;

    /// <summary>The letter of the group and a number, such as <c>C1</c>. It never changes its meaning.</summary>
    public string Id => _check.Id;

    /// <summary>Whether it judges the whole server: <see cref="AuditOptions.DatabaseOnly"/> leaves it out.</summary>
    public bool IsAboutServer => _check.IsAboutServer;

    /// <summary>The name of its group, such as "Indexes".</summary>
    public string Group(AuditLanguage language) => CheckCatalogue.GroupName(Id).In(language);

    /// <summary>A few words.</summary>
    public string Title(AuditLanguage language) => _check.Title.In(language);

    /// <summary>Its page in Markdown: what it means, how it is measured, its severities, false alarms and the fix.</summary>
    public string Explain(AuditLanguage language) => Explanations.Of(_check, language);
}
