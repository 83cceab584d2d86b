namespace Nexus.Audit;

/// <summary>
/// A text for a person, in both languages. Checks have no other kind of text, so none can be forgotten: an empty one throws, and the tests refuse one
/// that is the same in both.
/// </summary>
internal sealed record Bilingual
{
    /// <exception cref="ArgumentException">One of them is blank.</exception>
    public Bilingual(string en, string es)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(en);
        ArgumentException.ThrowIfNullOrWhiteSpace(es);
        (En, Es) = (en, es);
    }

    /// <summary>English.</summary>
    public string En { get; }

    /// <summary>Spanish.</summary>
    public string Es { get; }

    /// <summary>The text in one language.</summary>
    public string In(AuditLanguage language) => language == AuditLanguage.Spanish ? Es : En;
}
