namespace Nexus.Operations.Alerts;

/// <summary>The response of <c>GET /v1/alerts</c>.</summary>
/// <param name="Alerts">Firing ones first.</param>
/// <param name="Silences">The silences that have not ended.</param>
/// <param name="Notifiers">The notifiers.</param>
/// <param name="IsLeader">Whether this instance sends notifications; the leader knows the alerts of all instances.</param>
/// <param name="SettingsError">What is wrong with the settings file; null if it is in use.</param>
public sealed record AlertList(
    IReadOnlyList<AlertView> Alerts, IReadOnlyList<Silence> Silences, IReadOnlyList<NotifierView> Notifiers, bool IsLeader, string? SettingsError)
{
    /// <summary>What a book has now.</summary>
    public static AlertList From(IAlertBook book)
    {
        ArgumentNullException.ThrowIfNull(book);
        return new(book.Alerts, book.Silences, book.Notifiers, book.IsLeader, book.SettingsError);
    }
}
